import Foundation
import Testing

/// The rules of the project, read off its files.
@Suite struct TreeTests {
  @Test func `the tree is found and holds what it should`() throws {
    let sources = try SourceTree.sources()
    #expect(sources.count > 30)
    #expect(sources.contains { $0.path == "Sources/Units/Fixed.swift" && $0.module == "Units" })
    #expect(try SourceTree.tests().contains { $0.path == "Tests/TidyTests/TreeTests.swift" })
    let units = sources.filter { $0.module == "Units" }.flatMap(\.lines)
    #expect(units.contains { $0.code.containsWord("struct") && $0.code.containsWord("Fixed") })
    #expect(sources.flatMap { ImportRules.imports(of: $0) }.contains { $0.module == "Units" })
  }

  @Test func `modules import what the table of the architecture allows`() throws {
    let sources = try SourceTree.sources()
    expectNone(sources.flatMap { ImportRules.breaches(in: $0) })
    #expect(ImportRules.sharedLibraries(sources) == [])
  }

  @Test func `constructs that hide errors or bend the rules do not occur`() throws {
    expectNone(try SourceTree.sources().flatMap { WordRules.breaches(in: $0) })
  }

  @Test func `S30 nothing loads or evaluates code of others while the program runs`() throws {
    var found: [Breach] = []
    for (path, text) in try SourceTree.texts() where path.hasPrefix("Sources/") {
      for word in WordRules.loading where text.containsWord(word) {
        found.append(Breach(path: path, line: 1, message: "\(word): strategies are data"))
      }
    }
    expectNone(found)
  }

  @Test func `S31 every dependency is locked to a revision, and none runs at the build`() throws {
    struct Lock: Decodable {
      struct Pin: Decodable {
        struct State: Decodable { let revision: String }
        let identity: String
        let location: String
        let state: State
      }
      let pins: [Pin]
    }
    let root = SourceTree.root
    let manifest = String(
      decoding: try Data(contentsOf: root.appendingPathComponent("Package.swift")), as: UTF8.self)
    let bytes = try Data(contentsOf: root.appendingPathComponent("Package.resolved"))
    let pins = try JSONDecoder().decode(Lock.self, from: bytes).pins
    let named = manifest.split(separator: "\n").compactMap { line -> String? in
      guard line.contains(".package(url: \"") else { return nil }
      return line.split(separator: "\"")[1].split(separator: "/").last?.lowercased()
    }
    #expect(named.count > 5)
    #expect(Set(named).subtracting(pins.map(\.identity)) == [])
    for pin in pins {
      #expect(pin.location.hasPrefix("https://"), "\(pin.identity)")
      #expect(
        pin.state.revision.count == 40 && pin.state.revision.allSatisfy(\.isHexDigit),
        "\(pin.identity)")
    }
    #expect(!manifest.contains("plugin"))
  }

  @Test func `tests promise nothing and do not sleep`() throws {
    var found: [Breach] = []
    for file in try SourceTree.tests() {
      for (number, line) in file.numbered {
        found += WordRules.promises(in: file, number, line)
        for word in ["sleep(", "usleep(", "Task.sleep", "Thread.sleep"]
        where line.code.containsWord(word) {
          found.append(file.breach(number, "\(word) makes a test flicker"))
        }
      }
    }
    expectNone(found)
  }

  @Test func `files, lines and names keep within the walls`() throws {
    expectNone(try SourceTree.sources().flatMap { ShapeRules.breaches(in: $0, isTest: false) })
    expectNone(try SourceTree.tests().flatMap { ShapeRules.breaches(in: $0, isTest: true) })
  }

  @Test func `functions fit on a screen, and those that are tables are listed`() throws {
    let sources = try SourceTree.sources()
    expectNone(sources.flatMap { BodyRule.breaches(in: $0) })
    // A table that went, or became short, does not stay in the list.
    #expect(
      Set(sources.flatMap { BodyRule.longBodies(of: $0) }.map(\.place)) == Set(BodyRule.tables.keys)
    )
  }

  @Test func `switches over our own enums name every case`() throws {
    let pure = try SourceTree.sources().filter { ImportRules.pureModules.contains($0.module) }
    #expect(pure.flatMap(\.lines).contains { $0.code.containsWord("default") })
    expectNone(pure.flatMap { SwitchRule.breaches(in: $0) })
  }

  @Test func `everything public has a doc comment`() throws {
    let sources = try SourceTree.sources()
    let requirements = DocumentationRule.requirements(of: sources)
    #expect(requirements["FixedUnit"]?.contains("value") == true)
    expectNone(
      sources.flatMap { DocumentationRule.breaches(in: $0, requirements: requirements) })
  }

  @Test func `the project speaks of itself alone`() throws {
    let texts = try SourceTree.texts()
    #expect(texts.count > 60)
    expectNone(texts.flatMap { PlaceRules.breaches(path: $0.path, $0.text) })
  }

  private func expectNone(
    _ breaches: [Breach], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let shown = breaches.prefix(200).map(\.description).joined(separator: "\n")
    #expect(
      breaches.isEmpty, "\(breaches.count) breaches:\n\(shown)", sourceLocation: sourceLocation)
  }
}
