import Testing
import WeirNotebooks

/// Markdown in HTML, against what CommonMark's reference gives.
@Suite struct MarkdownTests {
  private func html(_ text: String) -> String { HTMLReport.fragment(markdown: text) }

  @Test(arguments: [
    ("# A", "<h1 id=\"a\">A</h1>\n"),
    ("## A b! ##\n# A b", "<h2 id=\"a-b\">A b!</h2>\n<h1 id=\"a-b-1\">A b</h1>\n"),
    ("A\n===\nB\n---", "<h1 id=\"a\">A</h1>\n<h2 id=\"b\">B</h2>\n"),
    ("a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>\n"),
    ("a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>\n"),
    ("***", "<hr>\n"),
    ("> a\nb\n> > c", "<blockquote>\n<p>a\nb</p>\n<blockquote>\n<p>c</p>\n</blockquote>\n</blockquote>\n"),
    ("- a\n- b\n  - c\n    - d\n- e", "<ul>\n<li>a\n</li>\n<li>b\n<ul>\n<li>c\n<ul>\n<li>d\n</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>e\n</li>\n</ul>\n"),
    ("3. a\n4. b", "<ol start=\"3\">\n<li>a\n</li>\n<li>b\n</li>\n</ol>\n"),
    ("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n"),
    ("- a\n\n  b", "<ul>\n<li><p>a</p>\n<p>b</p>\n</li>\n</ul>\n"),
    ("```py\na < b\n\n*c*\n```", "<pre class=\"block\"><code>a &lt; b\n\n*c*</code></pre>\n"),
    ("~~~\n```\n~~~", "<pre class=\"block\"><code>```</code></pre>\n"),
    ("    code\n\n      more\n\ntext", "<pre class=\"block\"><code>code\n\n  more</code></pre>\n<p>text</p>\n"),
    ("```\nnever closed", "<pre class=\"block\"><code>never closed</code></pre>\n"),
    ("a <!-- b -->\n\n<!-- c\nd -->\n\ne", "<p>a &lt;!-- b --&gt;</p>\n<p>e</p>\n"),
  ])
  func blocks(_ text: String, _ expected: String) { #expect(html(text) == expected) }

  @Test(arguments: [
    ("*a* **b** ***c*** _d_ __e__ ~~f~~", "<em>a</em> <strong>b</strong> <em><strong>c</strong></em> <em>d</em> <strong>e</strong> <del>f</del>"),
    ("snake_case_name 2*3*4 a * b", "snake_case_name 2<em>3</em>4 a * b"),
    ("*a **b*** **c", "<em>a <strong>b</strong></em> **c"),
    ("*a _b* c_", "<em>a _b</em> c_"),
    ("`a*b*` ``c ` d`` `e", "<code>a*b*</code> <code>c ` d</code> `e"),
    ("\\*a\\* \\x &amp; <b>", "*a* \\x &amp;amp; &lt;b&gt;"),
    ("[a *b*](x.html \"t\")", "<a href=\"x.html\" title=\"t\" rel=\"noreferrer\">a <em>b</em></a>"),
    ("[a](<b c>) [d]", "<a href=\"bc\" rel=\"noreferrer\">a</a> [d]"),
    ("<https://a.b/c?d=1&e=2>", "<a href=\"https://a.b/c?d=1&amp;e=2\" rel=\"noreferrer\">https://a.b/c?d=1&amp;e=2</a>"),
    ("[a [b](c) d](e)", "[a <a href=\"c\" rel=\"noreferrer\">b</a> d](e)"),
    ("![a](b.png) ![c](data:image/png;base64,AA==)", "<img src=\"b.png\" alt=\"a\"> <img src=\"data:image/png;base64,AA==\" alt=\"c\">"),
  ])
  func texts(_ text: String, _ expected: String) { #expect(html(text) == "<p>\(expected)</p>\n") }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "\u{1}javascript:alert(1)",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "weird+scheme:x",
  ])
  func linksThatRunSomethingAreText(_ target: String) {
    #expect(!html("[a](<\(target)>)").contains("href"))
    #expect(!html("![a](<\(target)>)").contains("src"))
  }

  @Test(arguments: ["http://a/b.png", "//a/b.png", "\\\\a/b.png", "/\\a/b.png", "https://a/b.png", "data:image/svg+xml;base64,AA"])
  func imagesFromElsewhereAreWords(_ target: String) {
    #expect(html("![a picture](<\(target)>)") == "<p><em>a picture</em></p>\n")
  }

  @Test func tablesHaveSides() {
    let out = html("| a | b |\n|:--|--:|\n| 1 | `x\\|y` |\n| 2 |\n\nend")
    #expect(out.contains("<th style=\"text-align:left\">a</th><th style=\"text-align:right\">b</th>"))
    #expect(out.contains("<td style=\"text-align:right\"><code>x|y</code></td>"))
    #expect(out.contains("<td style=\"text-align:left\">2</td><td style=\"text-align:right\"></td>"))
    #expect(out.hasSuffix("<p>end</p>\n"))
  }

  @Test(.timeLimit(.minutes(1)), arguments: [
    "[", "](", "*", "_a", "**a ", "`", "``a` ", "> ", "- ", "1. ", "![", "<", "[a](b", "|", "| a |\n|---|\n", "~~a", "*a_ ", "#", "\\",
    "    ", "\t- ", "[[a](", "*a **b ", "&", "<!--", "```\n",
  ])
  func longHostileTextsEnd(_ piece: String) {
    let text = String(repeating: piece, count: 4000)
    let out = html(text)
    #expect(!out.contains("<script"))
    #expect(out.utf8.count < 4_000_000)
  }
}
