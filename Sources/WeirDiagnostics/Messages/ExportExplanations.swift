extension Explanation {
  package static var export: [Explanation] {
    [
      Explanation(
        901, "something differs from the lock",
        """
        `--locked` holds a pipeline to what `pipeline.lock` says. The engine, the seed, a parameter or a metric is another now, \
        so the outputs could not be the same bytes for the same reason.
        """),
      Explanation(
        902, "the code differs from the lock",
        """
        A stage was edited, added or taken away since the lock was written. Comments and layout do not count; every other \
        change does.
        """),
      Explanation(
        903, "a data file differs from the lock",
        """
        The lock names each file that the pipeline reads by the hash of its contents. This one is missing, is new, or holds \
        something else now.
        """),
      Explanation(
        904, "a module differs from the lock", "A module that the pipeline uses has other code than when the lock was written."),
      Explanation(
        905, "an output has other bytes than the lock says",
        """
        Engine, code, parameters and data are what the lock says, and the result is not. Between processor families the linear \
        algebra library chooses other kernels, and the last bits of a result may differ.
        """),
      Explanation(906, "there is no lock", "`--locked` needs the `pipeline.lock` that `weir export` writes beside the pipeline."),
      Explanation(
        907, "nothing to export",
        "A pipeline has what its outputs need and nothing else, so a notebook without `output` makes an empty one.",
        wrong: "model = train |> fit(recipe, target: .species)",
        right: "model = train |> fit(recipe, target: .species)\noutput model"),
      Explanation(908, "a lock can't be read", "The lock is damaged, or was written by a later version."),
      Explanation(
        909, "the pipeline does not give what the notebook gives",
        "After an export the pipeline is run and its outputs are compared with the notebook's; they have to be the same bytes."),
      Explanation(
        911, "an output that can't be delivered",
        "Each `output` of a pipeline becomes a file. Functions live only as long as a session, so there is nothing to write."),
      Explanation(910, "there is no such stage", "A stage of a pipeline has the name of the cell that it was made from."),
    ]
  }
}
