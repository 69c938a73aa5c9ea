import CReadline

/// Ctrl-C at a prompt: a flag that the session looks at, never the end of the process.
package enum Interrupts {
  /// From here on Ctrl-C only sets the flag.
  package static func takeOver() { weir_catch_interrupts() }

  /// Whether Ctrl-C came since this was last asked.
  package static func take() -> Bool { weir_take_interrupt() != 0 }
}
