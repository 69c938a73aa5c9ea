extension Explanation {
  package static var store: [Explanation] { [
    Explanation(
      801, "the store can't be written",
      """
      What cells have computed is kept in the folder `.weir` beside the notebook, or where WEIR_HOME says. That folder \
      can't be made or written. Cells still run, and nothing of them is kept.
      """,
      wrong: "weir run /mnt/readonly/penguins.mlnb", right: "WEIR_HOME=~/.weir weir run /mnt/readonly/penguins.mlnb"),
    Explanation(
      802, "the disk is full",
      """
      A record or an object could not be written because the disk has no room left. What was kept before is whole.
      """),
    Explanation(
      803, "the store is damaged",
      """
      The database of the store holds something that it can't hold. A kill or a power cut does not do that; a failing \
      disk, or another program that wrote into the file, may. The notebook is not touched by it, and all of its cells \
      can be computed again; registered models are in the folder `objects` unless they are small.
      """,
      right: "mv .weir .weir-damaged"),
    Explanation(
      804, "a database of another program",
      """
      The folder of the store has a `store.db` that Weir has not made. It is left alone.
      """,
      right: "WEIR_HOME=~/.weir weir run penguins.mlnb"),
    Explanation(
      805, "a store of a later version",
      """
      A newer Weir has changed the form of this store. An older one does not write into it, because it could leave \
      something out that the newer one needs.
      """),
    Explanation(
      806, "the store is held by another process",
      """
      Several processes may use one store at once, each change taking a moment. This one waited, and another process \
      did not let go; it may be stopped, or a backup program may hold the file.
      """),
    Explanation(
      807, "a stored object is damaged",
      """
      Every stored object is checked against its hash when it is read. This one does not fit, so it counts as absent: \
      the cell that it belongs to is computed again, and the object is written anew.
      """),
    Explanation(
      808, "a stored object is gone",
      """
      A record names an object that is not in the store, or not as it was written. A cell can be computed again; a model \
      has to be registered again.
      """),
    Explanation(
      809, "no such run", "The store has no run of that number; it may have been cleaned away.", right: "weir runs"),
    Explanation(
      810, "no such model",
      "The store of this notebook has no model under that name. Names are given by `register`.",
      wrong: "model = load_model(\"chrun\")", right: "model = load_model(\"churn\")"),
    Explanation(
      811, "no such version of a model",
      """
      After the `@` stands a version (a whole number from 1), a tag that was given with `register` or `promote`, or \
      `latest`; without `@` the newest version is meant.
      """,
      wrong: "model = load_model(\"churn@prod\")", right: "model = load_model(\"churn@production\")"),
    Explanation(
      812, "a name that a model can't have",
      """
      A model is found again by `name@version` or `name@tag`, so a name and a tag hold no `@`, are not empty, and have no \
      blanks at their ends. A tag is not a number and not `latest`, which mean versions.
      """,
      wrong: "register(model, \"churn@2\")", right: "register(model, \"churn\", tags: [\"candidate\"])"),
    Explanation(
      840, "there is no store here",
      """
      Models are registered in the store, the folder `.weir` beside a notebook or where WEIR_HOME says. What runs without one, \
      as a test or a check, has nowhere to keep them.
      """),
  ] }
}
