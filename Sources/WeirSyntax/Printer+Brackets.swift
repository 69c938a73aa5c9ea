import WeirDiagnostics

/// One of the things that commas part between brackets.
struct BracketItem {
  let start: UInt32
  let end: UInt32
  let layout: (inout Printer) -> Layout
}

extension Printer {
  typealias Brackets = (open: Token, close: Token, isOpened: Bool)

  /// Items between brackets: on one line, or one a line where they do not fit, where their author opened the bracket onto
  /// a new line, or where a comment stands among them.
  mutating func bracketed(
    _ open: String, _ items: [BracketItem], _ close: String, _ place: Brackets?, lastComma: Bool = true
  ) -> Layout {
    allowing(true) { printer in
      var parts: [Layout] = []
      var end = place?.open.end ?? items.first?.start ?? 0
      for (number, item) in items.enumerated() {
        parts.append(printer.gap(end, item.start, or: number == 0 ? .softLine : .line))
        parts.append(.group(item.layout(&printer)))
        if number + 1 < items.count { parts.append(.text(",")) } else if lastComma { parts.append(.ifBroken(",")) }
        end = item.end
      }
      let rest = place.map { printer.comments(end, $0.close.start) } ?? []
      for comment in rest {
        parts += comment.ownLine ? [.lineEnd, .text(printer.text(comment))] : [.comment(printer.text(comment))]
      }
      let isOpened = place?.isOpened == true && !items.isEmpty
      if items.isEmpty && rest.isEmpty { return .text(open + close) }
      return .group(.text(open), .indented(.sequence(parts)), .softLine, .text(close), broken: isOpened)
    }
  }

  mutating func list(_ items: [Expression], _ span: SourceSpan) -> Layout {
    let place = source?.brackets(span, isList: true)
    let isTuple = place?.open.kind == .leftParenthesis
    let (open, close) = isTuple ? ("(", ")") : ("[", "]")
    if isTuple, items.count == 1, let only = items.first {
      return .text("(") + .indented(expression(only)) + .text(",)")
    }
    if items.count > 1, items.allSatisfy(\.isPlain), place.map({ !hasComments($0.open.end, $0.close.start) }) ?? true {
      let texts = items.enumerated().map { number, item in plainText(item) + (number + 1 < items.count ? "," : "") }
      return .group(
        .text(open), .indented(.softLine + .filled(texts) + .ifBroken(",")), .softLine, .text(close),
        broken: place?.isOpened == true)
    }
    return bracketed(open, items.map(item), close, place)
  }

  func item(_ value: Expression) -> BracketItem {
    BracketItem(start: value.span.start, end: value.span.end) { $0.expression(value) }
  }

  func item(_ argument: Argument) -> BracketItem {
    BracketItem(start: argument.nameSpan?.start ?? argument.value.span.start, end: argument.value.span.end) {
      $0.argument(argument)
    }
  }

  private mutating func argument(_ argument: Argument) -> Layout {
    guard let name = argument.name else { return expression(argument.value) }
    return .text(Written.label(name)) + expression(argument.value)
  }

  private mutating func plainText(_ item: Expression) -> String { expression(item).flat }

  mutating func call(_ callee: Expression, _ arguments: [Argument], _ span: SourceSpan) -> Layout {
    let head = expression(callee, .postfix)
    let place = source?.brackets(span)
    if let hugging = hugging(arguments, place) { return head + hugging }
    return head + bracketed("(", arguments.map(item), ")", place)
  }

  /// `f(xs, x => {` … `})`: a last argument with brackets of its own opens them on the line of the call.
  private mutating func hugging(_ arguments: [Argument], _ place: Brackets?) -> Layout? {
    guard let last = arguments.last, place?.isOpened != true, last.value.hugs(alone: arguments.count == 1) else { return nil }
    let lastItem = item(last)
    if let place, hasComments(place.open.end, lastItem.start) || hasComments(lastItem.end, place.close.start) { return nil }
    return allowing(true) { printer in
      var parts: [Layout] = [.text("(")]
      for argument in arguments.dropLast() { parts += [.group(printer.argument(argument)), .text(", ")] }
      return .sequence(parts + [printer.argument(last), .text(")")])
    }
  }
}

extension Expression {
  /// A number, text or other literal that is as good beside its like as below it.
  fileprivate var isPlain: Bool {
    switch kind {
    case .literal(.string(let text)): text.utf8.count < 40 && !text.utf8.contains(UInt8(ascii: "\n"))
    case .literal: true
    case .unary(.negate, let inner): inner.isPlain
    default: false
    }
  }

  fileprivate func hugs(alone: Bool) -> Bool {
    switch kind {
    case .block: true
    case .list, .record, .comprehension, .match: alone
    case .lambda(_, let body): body.hugs(alone: false)
    default: false
    }
  }
}
