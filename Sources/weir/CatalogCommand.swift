import ArgumentParser
import Foundation
import WeirBase
import WeirCatalog
import WeirEngine
import WeirLibrary
import WeirNotebooks

/// `weir catalog`: what builtins there are, as text, as JSON, or as the pages of the reference.
struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog", abstract: "List the builtins, print one in full, or write the pages of the reference.")

  @Argument(help: "The name of a builtin; none lists them all.")
  var name: String?

  @Flag(help: "As JSON.")
  var json = false

  @Option(help: "Write the reference as Markdown into this folder.")
  var pages: String?

  func run() throws {
    let info = CatalogInfo(.standard)
    if let pages {
      do { try Folder.make(pages) } catch {
        Console.shared.error("\(pages) can't be made: \(error.problem)")
        throw Ended(.failed)
      }
      for page in ReferencePages(info).pages {
        try AtomicFile.write(Array(page.text.utf8), to: "\(pages)/\(page.name)")
      }
      return
    }
    let chosen = name.map { name in info.builtins.filter { $0.name == name } } ?? info.builtins
    if let name, chosen.isEmpty {
      Console.shared.error("there is no builtin `\(name)`")
      throw Ended(.usage)
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      Console.shared.out(String(decoding: try encoder.encode(chosen), as: UTF8.self))
    } else if name != nil {
      for entry in chosen { Console.shared.out(ReferencePages.section(entry)) }
    } else {
      for entry in chosen { Console.shared.out("\(entry.signature)\n    \(entry.summary)") }
    }
  }
}
