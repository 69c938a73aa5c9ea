extension Explanation {
  package static var networks: [Explanation] {
    [
      Explanation(
        680, "a layer can't take what the layers before it give",
        """
        The shape of a row goes through the layers one by one: features, steps x features, or height x width x channels. A dense \
        layer takes features, a convolution an image, a recurrent layer a sequence; `flatten` and `reshape` go between. The message \
        names the layer by its kind and number, as `summary` shows it.
        """),
      Explanation(
        681, "a setting of a layer is of no use",
        """
        Sizes are at least 1, shares from 0 to below 1, and heads of attention share the features evenly. A network that would \
        learn more numbers than memory holds is refused as well.
        """),
    ]
  }
}
