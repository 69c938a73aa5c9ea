extension Explanation {
  package static var networks: [Explanation] {
    [
      Explanation(
        680, "a layer can't take what the layers before it give",
        """
        The shape of a row goes through the layers one by one: features, steps x features, or height x width x channels. A dense \
        layer takes features, a convolution an image, a recurrent layer a sequence; `flatten` and `reshape` go between. The message \
        names the layer by its kind and number, as `summary(net, input: …)` shows it.
        """,
        wrong: "summary(sequential(conv(8), dense(2)), input: [8, 8, 1])",
        right: "summary(sequential(conv(8), flatten(), dense(2)), input: [8, 8, 1])"),
      Explanation(
        681, "a setting of a layer is of no use",
        """
        Sizes are at least 1, shares from 0 to below 1, and heads of attention share the features evenly. A network that would \
        learn more numbers than memory holds is refused as well.
        """,
        wrong: "summary(sequential(dropout(1.5), dense(2)), input: 4)",
        right: "summary(sequential(dropout(0.5), dense(2)), input: 4)"),
      Explanation(
        682, "the last layer gives other numbers than are to be learned",
        """
        A network ends with one number for each class (one is enough for two classes), or with one where a number is predicted. \
        The message names the last layer, what it gives, and what the target wants.
        """,
        wrong: "table(x: [1, 2], y: [true, false]) |> fit(sequential(dense(3)), target: .y)",
        right: "table(x: [1, 2], y: [true, false]) |> fit(sequential(dense(2)), target: .y)"),
    ]
  }
}
