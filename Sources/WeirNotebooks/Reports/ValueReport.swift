package import WeirCatalog

/// Values by themselves as files: what a command that is no run of a program hands to a browser or another program.
package enum ValueReport {
  /// A page that needs nothing beside it.
  package static func page(title: String, _ values: [Value]) -> String {
    let body = values.map { value -> String in
      if case .other(let foreign) = value, let html = foreign.html { return html }
      return "<pre>\(Markup.escaped(value.rendered(.plain)))</pre>"
    }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'">
      <title>\(Markup.escaped(title))</title>
      <style>\(PageStyle.text)</style>
      </head>
      <body>
      <nav></nav>
      <main>
      <h1>\(Markup.escaped(title))</h1>
      <section class="cell ran"><div class="outputs">\(body)</div></section>
      </main>
      </body>
      </html>

      """
  }

  /// The fields of a value, or the value itself, as JSON.
  package static func json(_ fields: [(name: String, value: Value)]) -> String {
    JSONText(.record(Record(fields.map { Record.Field($0.name, $0.value) })), depth: 0).text
  }
}
