import WeirDiagnostics

extension Walker {
  /// Definitions that nobody reads. Said only where it is plain: not of what ends a cell that a reader looks at, not of
  /// parts that come with one that is read, and not of names that begin with `_`.
  func reportUnused() {
    for definition in definitions where !definition.isLast {
      guard !surroundings.isModule, !definition.bindings.contains(where: isExcused) else { continue }
      for binding in definition.bindings {
        if let span = binding.span { report(.unusedDefinition(binding.name, at: span)) }
      }
    }
  }

  private func isExcused(_ binding: Binding) -> Bool {
    binding.isRead || binding.name.hasPrefix("_") || excused.contains(binding.name)
  }
}
