package import WeirBase

/// What flows between operations: a buffer of rows, and the buffer of the loss's gradient to it.
package struct Signal<S: NetworkScalar> {
  /// The shape of one row.
  package var shape: [Int]
  package var value: UnsafeMutablePointer<S>
  /// nil where nobody needs it: before the first thing that is learned, and in runs that don't train.
  package var gradient: UnsafeMutablePointer<S>?
  /// For each row and step, whether there is something: 0 where a sequence is padded.
  package var mask: UnsafeMutablePointer<UInt8>?

  package var width: Int { shape.reduce(1, *) }
}

/// What a pass over the network is told.
package struct Pass: Sendable {
  /// The rows of the batch, at most the capacity of the run.
  package let count: Int
  package let isTraining: Bool
  /// The stream of this step; operations take children by their number.
  package let random: RandomStream
  /// For work on a single row.
  package let workers: Workers
}

/// One step of computing a network, on buffers that are bound when it is made.
///
/// `forward` and `backward` are called for ranges of rows, from several threads at once; the ranges depend on the shapes
/// and the number of rows alone. An operation with more than one phase is brought together after each but the last.
///
/// Safety: an operation writes for its rows, or its task, alone; its buffers belong to the run and live as long.
package class Operation<S: NetworkScalar>: @unchecked Sendable {
  /// Its number in the network, for random streams.
  package internal(set) var number = 0
  /// The fewest rows that are worth a part of their own.
  package var leastRows: Int { 1 }

  /// Tasks that bring what is learned into the order in which it is read, before a forward pass.
  package var preparations: Int { 0 }
  package func prepare(task: Int) {}

  package var forwardPhases: Int { 1 }
  package func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {}
  /// After all parts of a phase that is not the last.
  package func gatherForward(_ pass: Pass, phase: Int, parts: Int) {}

  package var backwardPhases: Int { 1 }
  package func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {}
  package func gatherBackward(_ pass: Pass, phase: Int, parts: Int) {}

  /// Gradients of what is learned are computed after all else, in tasks that run side by side: how many, and a measure of the
  /// work of one. Neither may depend on anything but shapes.
  package var gradientTasks: Int { 0 }
  package var gradientWork: Int { 0 }
  package func gradients(_ pass: Pass, task: Int) {}
  /// Brings the tasks' parts together.
  package var gathersGradients: Bool { false }
  package func gatherGradients(_ pass: Pass) {}
}
