import CWeirKernels
import WeirBase

/// One elementwise operation that was not run yet.
struct Pending: Sendable {
  let op: ElementOperation
  /// What kind of numbers the operands are.
  let dtype: DType
  let operands: [TensorNode]
  /// How many operations are in the chain that ends here.
  let size: Int
}

/// Runs chains of elementwise operations in one pass over memory.
enum Fusion {
  /// Longer chains are run in parts.
  static let mostSteps = 16
  /// Smaller tensors are computed at once: there is nothing to gain.
  static let leastElements = 8192
  /// Elements of one part of a loop.
  static let part = 1 << 16
  /// Outputs of more bytes than this do not pass through the caches.
  static let streamed = 8 << 20

  /// The elements of a chain's end.
  static func run(_ node: TensorNode, _ pending: Pending) throws(TensorError) -> Stored {
    var builder = ProgramBuilder(node.shape)
    if !builder.build(pending) {
      // Too many inputs, or too much in between at one time: the operands first, each by itself.
      builder = ProgramBuilder(node.shape)
      for operand in pending.operands { _ = try operand.stored() }
      _ = builder.build(pending)
    }
    return try builder.run(node, for: pending.op.name)
  }

  /// The same elements in the order of the axes.
  static func copy(_ stored: Stored, _ shape: Shape, _ dtype: DType) throws(TensorError) -> Stored {
    var builder = ProgramBuilder(shape)
    builder.add(stored, shape, dtype)
    return try builder.run(shape, dtype, for: "copy")
  }
}

/// Makes a program for the kernels out of a chain.
struct ProgramBuilder {
  private let shape: Shape
  private var inputs: [(stored: Stored, strides: [Int], dtype: DType)] = []
  private var steps: [weir_t_step] = []
  private var places: [ObjectIdentifier: Int8] = [:]
  /// Reads still to come of what a node gives.
  private var reads: [ObjectIdentifier: Int] = [:]
  private var freeRegisters: [UInt8] = []
  private var registers = 0

  init(_ shape: Shape) { self.shape = shape }

  mutating func build(_ pending: Pending) -> Bool {
    count(pending)
    guard emit(pending, as: nil) != nil else { return false }
    let gathered = layouts().filter { $0 == 2 }.count
    return inputs.count <= Int(WEIR_T_INPUTS) && steps.count <= Int(WEIR_T_STEPS)
      && registers + gathered <= Int(WEIR_T_REGISTERS)
  }

  private mutating func count(_ pending: Pending) {
    for operand in pending.operands {
      let known = reads[ObjectIdentifier(operand)]
      reads[ObjectIdentifier(operand)] = (known ?? 0) + 1
      if known == nil, case .pending(let inner) = operand.content { count(inner) }
    }
  }

  /// The place of what a node gives: a register, or an input as -1 - number.
  private mutating func place(of node: TensorNode) -> Int8? {
    if let place = places[ObjectIdentifier(node)] { return place }
    let place: Int8?
    switch node.content {
    case .stored(let stored):
      guard inputs.count < Int(WEIR_T_INPUTS) else { return nil }
      add(stored, node.shape, node.dtype)
      place = Int8(-inputs.count)
    case .pending(let pending): place = emit(pending, as: node)
    }
    places[ObjectIdentifier(node)] = place
    return place
  }

  private mutating func emit(_ pending: Pending, as node: TensorNode?) -> Int8? {
    var sides: [Int8] = []
    for operand in pending.operands {
      guard let place = place(of: operand) else { return nil }
      sides.append(place)
    }
    while sides.count < 3 { sides.append(.min) }
    let register = freeRegisters.popLast() ?? UInt8(clamping: registers)
    if Int(register) == registers { registers += 1 }
    guard registers <= Int(WEIR_T_REGISTERS), steps.count < Int(WEIR_T_STEPS) else { return nil }
    steps.append(weir_t_step(
      op: pending.op.code, dtype: pending.dtype.code, register_out: register, a: sides[0], b: sides[1], c: sides[2]))
    for operand in pending.operands {
      let left = (reads[ObjectIdentifier(operand)] ?? 1) - 1
      reads[ObjectIdentifier(operand)] = left
      if left == 0, let place = places[ObjectIdentifier(operand)], place >= 0 { freeRegisters.append(UInt8(place)) }
    }
    return Int8(register)
  }

  /// An input, stretched to the shape of the program.
  mutating func add(_ stored: Stored, _ own: Shape, _ dtype: DType) {
    let front = shape.rank - own.rank
    let strides = (0..<shape.rank).map { axis in
      axis < front || own.sizes[axis - front] == 1 ? 0 : stored.strides[axis - front]
    }
    inputs.append((stored, strides, dtype))
  }

  private func layouts() -> [UInt8] {
    inputs.map { input in
      if input.strides.allSatisfy({ $0 == 0 }) { return 1 }
      return isInOrder(input.strides) ? 0 : 2
    }
  }

  private func isInOrder(_ strides: [Int]) -> Bool {
    var expected = 1
    for axis in Swift.stride(from: shape.rank - 1, through: 0, by: -1) where shape.sizes[axis] != 1 {
      if strides[axis] != expected { return false }
      expected *= shape.sizes[axis]
    }
    return true
  }

  func run(_ node: TensorNode, for operation: String) throws(TensorError) -> Stored {
    try run(node.shape, node.dtype, for: operation)
  }

  func run(_ shape: Shape, _ dtype: DType, for operation: String) throws(TensorError) -> Stored {
    let buffer = try TensorBuffer(bytes: shape.count * dtype.width, for: operation, sizes: shape.sizes)
    let result = Stored(buffer: buffer, offset: 0, strides: shape.rowMajorStrides)
    guard shape.count > 0 else { return result }
    var program = weir_t_program()
    program.out = buffer.memory
    program.out_dtype = dtype.code
    program.streams = shape.count * dtype.width >= Fusion.streamed ? 1 : 0
    let axes = collapsedAxes()
    program.axes = Int32(axes.sizes.count)
    program.inputs = Int32(inputs.count)
    program.steps = Int32(steps.count)
    fill(&program.shape, axes.sizes)
    fill(&program.step, steps)
    fill(&program.input, zip(inputs.indices, layouts()).map { number, layout in
      var input = weir_t_input()
      input.data = UnsafeRawPointer(inputs[number].stored.pointer(inputs[number].dtype.width))
      input.dtype = inputs[number].dtype.code
      input.layout = layout
      fill(&input.strides, axes.strides[number])
      return input
    })
    let failures = withExtendedLifetime(inputs) { ProgramBuilder.run(program, count: shape.count) }
    if failures & 4 != 0 {
      throw .other("a whole number to a negative power is no whole number", mend: "use floats: `x * 1.0`")
    }
    if failures & 2 != 0 { throw .divisionByZero }
    if failures & 1 != 0 { throw .overflow(operation: operation) }
    return result
  }

  private static func run(_ program: weir_t_program, count: Int) -> Int32 {
    var program = program
    guard count > Fusion.part / 2 else { return weir_t_run(&program, 0, count) }
    let parts = (count + Fusion.part - 1) / Fusion.part
    return withUnsafePointer(to: &program) { program in
      let program = Readings(program)
      return Workers.current.results(parts) { part in
        weir_t_run(program.base, part * Fusion.part, min(count, (part + 1) * Fusion.part))
      }.reduce(0, |)
    }
  }

  /// The axes with those of size 1 left out, and those that run on in every input made one.
  private func collapsedAxes() -> (sizes: [Int], strides: [[Int]]) {
    var sizes: [Int] = [], strides: [[Int]] = inputs.map { _ in [] }
    for axis in 0..<shape.rank where shape.sizes[axis] != 1 {
      let size = shape.sizes[axis]
      let goesOn = !sizes.isEmpty && inputs.indices.allSatisfy { number in
        strides[number].last == inputs[number].strides[axis] * size
      }
      if goesOn {
        sizes[sizes.count - 1] *= size
        for number in inputs.indices { strides[number][sizes.count - 1] = inputs[number].strides[axis] }
      } else {
        sizes.append(size)
        for number in inputs.indices { strides[number].append(inputs[number].strides[axis]) }
      }
    }
    if sizes.isEmpty { return ([1], inputs.map { _ in [0] }) }
    return (sizes, strides)
  }

  /// Copies into an array of C.
  private func fill<Tuple, Element: BitwiseCopyable>(_ tuple: inout Tuple, _ values: [Element]) {
    withUnsafeMutableBytes(of: &tuple) { to in
      values.withUnsafeBytes { from in
        to.copyMemory(from: UnsafeRawBufferPointer(rebasing: from.prefix(to.count)))
      }
    }
  }
}
