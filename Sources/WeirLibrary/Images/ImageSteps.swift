import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirImages
import WeirModels
import WeirTables

/// Functions on images that are steps of a plan where no image is given.
///
/// Called with an image first (or a column of images) they give the image changed; called without they give the step.
extension CatalogBuilder {
  mutating func defineImageSteps() {
    defineTurning()
    defineCutting()
    defineColoring()
    define("augment", "Joins changes of images into a step that varies the rows a plan learns from.") { f in
      let steps = f.variadic(Value.self, "steps", "The changes: `flip()`, `rotate(-15..15)`, `crop(24, 24)` and so on.",
        accepts: .either([.plan, .other(Image.columnType)]))
      let copies = f.optional(Int.self, "copies", default: 1, "How many varied copies to add for each image.")
      f.returns { bound in
        guard case .values(let values) = bound.entry(of: steps), let first = values.first else { return .plan }
        switch first.type {
        case .other: return .list(first.type)
        case .plan: return .plan
        default: return .any
        }
      }
      f.flow(.none)
      f.random()
      f.details(
        "New rows are never varied: what is left to chance is done to training rows alone. With an "
          + "image first, gives a list of varied copies.")
      f.example("augment(flip(horizontal: 0.5), rotate(-15..15), copies: 3) |> type_of()", gives: "\"plan\"")
      f.example("augment(image(4, 4), flip(), copies: 2) |> length()", gives: "2")
      f.seeAlso("rotate", "flip", "crop", "color_shift")
      f.body { call in
        var steps = try call[steps]
        var image: Image?
        if case .other(let foreign)? = steps.first, let held = foreign as? Image {
          image = held
          steps.removeFirst()
        }
        let augment = try Augment(try steps.flatMap { try call.imageSteps($0) }, copies: try call[copies])
        guard let image else { return .plan(Plan([augment])) }
        return .list(try (0..<augment.copies).map { .other(try augment.vary(image, call.random.child($0))) })
      }
    }
  }

  private mutating func defineTurning() {
    define("rotate", "Turns an image by an angle in degrees, or by a random one.") { f in
      let image = f.optional(Value.self, "image",
        "The image, or a column of images; left out, a step of a plan is made.", accepts: .imagesOrNumbers)
      let angle = f.optional(Value.self, "angle",
        "Degrees against the clock; as a step, a range like -15..15 draws one for each image.",
        accepts: .either([.number, .range, .anyList]))
      let fill = f.optional(Value.self, "fill",
        "The levels of pixels from outside of the image; clear or black where left out.")
      f.returns { bound in try changedImage(bound, "rotate", image, needs: [("angle", !bound.isAbsent(angle))]) }
      f.random()
      f.example("rotate(image(4, 3), 90).width", gives: "3")
      f.example("rotate(-15..15) |> type_of()", gives: "\"plan\"")
      f.seeAlso("flip", "augment")
      f.body { call in
        let given = try [call[image], call[angle]].compactMap { $0 }
        let fill = try call.fill(try call[fill])
        return try call.changed(given) { rest in
          guard let angle = rest.first, rest.count == 1 else { throw ArgumentReader.absent("angle", in: call) }
          if case .range(let range) = angle { return try Rotate(Double(range.lower), Double(range.upper), fill: fill) }
          if let ends = try [Double].from(angle), ends.count == 2 { return try Rotate(ends[0], ends[1], fill: fill) }
          guard let degrees = Double.from(angle) else {
            throw ArgumentReader.wrongKind(.value(angle), wanted: "number or range", "angle", in: call)
          }
          return try Rotate(degrees, degrees, fill: fill)
        }
      }
    }
    define("flip", "Mirrors an image.") { f in
      let image = f.optional(Value.self, "image",
        "The image, or a column of images; left out, a step of a plan is made.", accepts: .images)
      let horizontal = f.optional(Value.self, "horizontal",
        "Whether left and right change places; as a step, how likely, 0.5 where nothing is said.")
      let vertical = f.optional(Value.self, "vertical", "Whether top and bottom change places; as a step, how likely.")
      f.returns { bound in try changedImage(bound, "flip", image) }
      f.random()
      f.example("flip(image(4, 3), vertical: true).height", gives: "3")
      f.example("flip(horizontal: 0.5) |> type_of()", gives: "\"plan\"")
      f.seeAlso("rotate", "augment")
      f.body { call in
        let given = try call[image], isStep = given == nil
        func chance(_ value: Value?, _ name: String, usual: Double) throws -> Double {
          switch value ?? .missing {
          case .missing: return usual
          case .bool(let yes): return yes ? 1 : 0
          case let value:
            guard let chance = Double.from(value) else {
              throw ArgumentReader.wrongKind(.value(value), wanted: "bool or number", name, in: call)
            }
            return chance
          }
        }
        let up = try call[vertical], across = try call[horizontal]
        let usual = across == nil && up == nil ? (isStep ? 0.5 : 1) : 0
        let step = try Flip(
          horizontal: try chance(across, "horizontal", usual: usual), vertical: try chance(up, "vertical", usual: 0))
        return try call.changed(given.map { [$0] } ?? []) { _ in step }
      }
    }
  }

  private mutating func defineCutting() {
    define("crop", "Cuts a part of a given size out of an image.") { f in
      let image = f.optional(Value.self, "image",
        "The image, or a column of images; left out, a step of a plan is made.", accepts: .imagesOrNumbers)
      let width = f.optional(Value.self, "width", "Pixels across.")
      let height = f.optional(Value.self, "height", "Pixels down.")
      let at = f.optional(Value.self, "at",
        "\"center\", \"random\", or the corner [x, y]; a step cuts at random where nothing is said, a "
          + "function in the middle.")
      f.returns { bound in try changedImage(bound, "crop", image, needs: [("width", !bound.isAbsent(width)), ("height", !bound.isAbsent(height))]) }
      f.random()
      f.example("crop(image(9, 9), 4, 3).width", gives: "4")
      f.example("crop(224, 224) |> type_of()", gives: "\"plan\"")
      f.seeAlso("resize", "pad", "augment")
      f.body { call in
        let given = try [call[image], call[width], call[height]].compactMap { $0 }, place = try call[at]
        return try call.changed(given) { rest in
          guard rest.count == 2, let width = Int.from(rest[0]), let height = Int.from(rest[1]) else {
            throw Diagnostic.missingArgument("height", of: call.builtin.info)
          }
          let isStep = rest.count == given.count
          return try Crop(width: width, height: height, place: try call.place(place, usual: isStep ? .random : .center))
        }
      }
    }
    define("resize", "Gives an image another size.") { f in
      let image = f.optional(Value.self, "image",
        "The image, or a column of images; left out, a step of a plan is made.", accepts: .imagesOrNumbers)
      let width = f.optional(Value.self, "width", "Pixels across.")
      let height = f.optional(Value.self, "height", "Pixels down; left out, the height that keeps the proportions.")
      f.returns { bound in try changedImage(bound, "resize", image, needs: [("width", !bound.isAbsent(width))]) }
      f.example("resize(image(8, 4), 4).height", gives: "2")
      f.seeAlso("crop", "pad")
      f.body { call in
        let given = try [call[image], call[width], call[height]].compactMap { $0 }
        return try call.changed(given) { rest in
          guard let first = rest.first, let width = Int.from(first) else {
            throw ArgumentReader.absent("width", in: call)
          }
          return try Resize(width: width, height: rest.count > 1 ? Int.from(rest[1]) : nil)
        }
      }
    }
  }

  private mutating func defineColoring() {
    define("color_shift", "Changes hue, saturation, brightness and contrast of an image.") { f in
      let image = f.optional(Value.self, "image",
        "The image, or a column of images; left out, a step of a plan is made.", accepts: .images)
      let names = ["hue", "saturation", "brightness", "contrast"]
      let shifts = names.map { name in
        f.optional(Double.self, name, default: 0, "By how much, as a part; a step draws up to so much in either direction for each image.")
      }
      f.returns { bound in try changedImage(bound, "color_shift", image) }
      f.example("color_shift(image(2, 2, fill: 100), brightness: 0.5).width", gives: "2")
      f.example("color_shift(hue: 0.05, brightness: 0.2) |> type_of()", gives: "\"plan\"")
      f.seeAlso("grayscale", "augment")
      f.body { call in
        let amounts = try shifts.map { try call[$0] }
        guard let given = try call[image] else {
          return .plan(Plan([
            try ColorShift(hue: amounts[0], saturation: amounts[1], brightness: amounts[2], contrast: amounts[3])
          ]))
        }
        return try call.mapped(given) {
          try $0.colorShifted(hue: amounts[0], saturation: amounts[1], brightness: amounts[2], contrast: amounts[3])
        }
      }
    }
    define("grayscale", "Takes the colour out of an image.") { f in
      let image = f.optional(Value.self, "image",
        "The image, or a column of images; left out, a step of a plan is made.", accepts: .images)
      f.returns { bound in try changedImage(bound, "grayscale", image) }
      f.example("grayscale(image(2, 2, fill: [9, 9, 9])).channels", gives: "1")
      f.seeAlso("color_shift")
      f.body { call in
        guard let given = try call[image] else { return .plan(Plan([Grayscale()])) }
        return try call.mapped(given) { $0.grayscaled() }
      }
    }
  }

  /// `pad` is one word for two things: texts to a length, images by a margin.
  mutating func definePadding() {
    define("pad", "Fills a text up to a length, or puts a margin around an image.") { f in
      let value = f.required(Value.self, "value",
        "A text or image, or a column of them; a number alone makes a step that pads images by it.")
      let size = f.optional(Int.self, "size",
        "Of a text, how many characters it is to have; of an image, the pixels on each side.")
      let fill = f.optional(Value.self, "fill",
        "Of a text, what it is filled with, a blank where nothing is said; of an image, levels.")
      let side = f.choice("side", ["left", "right"], default: "right", "Of a text, where the filling goes.")
      f.returns { bound in
        switch bound.type(value) {
        case .string: .string
        case .int: .plan
        case .other, .column: bound.type(value) ?? .any
        default: .any
        }
      }
      f.example("pad(\"7\", 3, fill: \"0\", side: \"left\")", gives: "\"007\"")
      f.example("pad(image(4, 4), 2).width", gives: "8")
      f.seeAlso("trim", "crop", "resize")
      f.body { call in
        let value = try call[value], size = try call[size], fill = try call[fill], left = try call[side] == "left"
        if case .int(let margin) = value, size == nil, let margin = Int(exactly: margin) {
          return .plan(Plan([try Pad(left: margin, top: margin, right: margin, bottom: margin, fill: try call.fill(fill))]))
        }
        guard let size else { throw ArgumentReader.absent("size", in: call) }
        if value.isImages {
          let levels = try call.fill(fill)
          return try call.mapped(value) { try $0.padded(left: size, top: size, right: size, bottom: size, fill: levels) }
        }
        let filler = fill?.plainText ?? " "
        guard filler.count == 1, let character = filler.first else {
          throw ArgumentReader.wrongKind(.value(.string(filler)), wanted: "one character", "fill", in: call)
        }
        guard size <= 1 << 24 else { throw Diagnostic.tooLarge("this text") }
        return try value.mapped { column in
          try column.mappingTexts("pad") { text in
            let blanks = String(repeating: character, count: max(0, size - text.count))
            return left ? blanks + text : text + blanks
          }
        }
      }
    }
  }
}

/// An image, or a column of images, where one is given; else a step.
private func changedImage(
  _ bound: BoundTypes, _ function: String, _ image: Parameter<Value?>, needs others: [(name: String, given: Bool)] = []
) throws -> ValueType {
  let type = bound.type(image)
  // Where no image stands first, its place is taken by the next argument.
  let isShifted = type.map { $0.fits(.number) || $0 == .range } ?? false
  if case .list = type { return changedType(type) }
  if type != .any, let last = others.last(where: { !$0.given }), !(isShifted && others.dropLast().allSatisfy(\.given)) {
    let names = (["image"] + others.map(\.name)).joined(separator: ", ")
    throw Diagnostic.missingArgument(last.name, of: function, signature: "\(function)(\(names))")
  }
  return changedType(type)
}

private func changedType(_ type: ValueType?) -> ValueType {
  switch type {
  case nil, .int, .float, .number, .range: .plan
  case .other, .column: type ?? .any
  default: .any
  }
}

extension ValueType {
  static let images = ValueType.either([.other(Image.columnType), .anyColumn, .anyList])
  /// Where there is no image, the next argument takes its place.
  static let imagesOrNumbers = ValueType.either([.other(Image.columnType), .anyColumn, .anyList, .number, .range])
}

extension Value {
  var isImages: Bool {
    switch self {
    case .other(let foreign): foreign is Image
    case .column(let column): column.type == .object(Image.columnType)
    case .list(let items): !items.isEmpty && items.allSatisfy { if case .other(let foreign) = $0 { foreign is Image } else { false } }
    default: false
    }
  }
}

extension Call {
  /// The step that `make` builds of the arguments without the image; applied where there is an image.
  func changed(_ given: [Value], _ make: ([Value]) throws -> any ImageStep) throws -> Value {
    guard let first = given.first, first.isImages else { return .plan(Plan([try make(given)])) }
    let step = try make(Array(given.dropFirst()))
    var place = 0
    return try mapped(first) { image in
      var own = random.child(place)
      place += 1
      return try step.varied(image, &own)
    }
  }

  /// An image changed; of a list or column, each that is not missing.
  func mapped(_ value: Value, _ change: (Image) throws -> Image) throws -> Value {
    func one(_ value: Value) throws -> Value {
      if value.isMissing { return .missing }
      guard case .other(let foreign) = value, let image = foreign as? Image else {
        throw ArgumentReader.wrongKind(.value(value), wanted: "image", "image", in: self)
      }
      return .other(try change(image))
    }
    switch value {
    case .list(let items): return .list(try items.map(one))
    case .column(let column):
      guard let images = column.images else {
        throw ArgumentReader.wrongKind(.value(value), wanted: "image", "image", in: self)
      }
      let blank = try Image(width: 1, height: 1, channels: 1, samples: .bytes([0]))
      let changed = try images.map { image in
        try cancellation.check()
        return try image.map(change) ?? blank
      }
      return .column(Column(.objects(changed, type: Image.columnType), validity: column.validity))
    default: return try one(value)
    }
  }

  func fill(_ value: Value?) throws -> Fill {
    guard let value, !value.isMissing else { return .clear }
    return try Fill(try levels(value))
  }

  func place(_ value: Value?, usual: Crop.Place) throws -> Crop.Place {
    switch value ?? .missing {
    case .missing: return usual
    case .string("center"): return .center
    case .string("random"): return .random
    case .string(let text): throw ArgumentReader.notAChoice(text, ["center", "random"], "at", in: self)
    case let corner:
      guard let corner = try [Int].from(corner), corner.count == 2 else {
        throw ArgumentReader.wrongKind(.value(corner), wanted: "place", "at", in: self)
      }
      return .at(x: corner[0], y: corner[1])
    }
  }

  /// The image steps of a plan.
  func imageSteps(_ value: Value) throws -> [any ImageStep] {
    guard case .plan(let plan) = value else {
      throw ArgumentReader.wrongKind(.value(value), wanted: "step on images", "steps", in: self)
    }
    return try plan.steps.map { step in
      guard let step = step as? any ImageStep else { throw ImageError("`\(step.name)` is no step that changes images") }
      return step
    }
  }
}
