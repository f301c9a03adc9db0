import Testing

/// The rules themselves, on small texts, so that none of them passes without looking.
@Suite struct RuleTests {
  @Test(arguments: [
    ("Units", "Foundation"), ("Trading", "Dispatch"), ("Risk", "Glibc"), ("Engine", "Logging"),
    ("Screen", "CNCurses"), ("Risk", "CNCurses"), ("Runtime", "CCurl"), ("BloFin", "COpenSSL"),
    ("Simulation", "BloFin"), ("Runtime", "BloFin"), ("Engine", "Terminal"), ("Units", "Trading"),
    ("Trading", "MarketData"), ("Screen", "Units"), ("Dashboard", "Terminal"),
    ("ExchangeServer", "BloFin"), ("Brandnew", "Foundation"), ("Brandnew", "Units"),
    ("MarketData", "Synchronization"), ("Transport", "Trading"), ("Journal", "Engine"),
  ])
  func `an illegal import is refused`(_ module: String, _ imported: String) {
    for form in [
      "import \(imported)", "  public import \(imported)", "@testable import \(imported)",
      "import struct \(imported).Thing", "@preconcurrency import \(imported) // why",
    ] {
      let file = SourceText(module: module, path: "x.swift", "// A file.\n\(form)\n")
      #expect(ImportRules.breaches(in: file).map(\.line) == [2], "\(form)")
    }
  }

  @Test(arguments: [
    ("Trading", "Units"), ("Engine", "Risk"), ("Transport", "CCurl"), ("Transport", "Foundation"),
    ("Terminal", "CNCurses"), ("perpdeck", "BloFin"), ("perpdeck", "Terminal"),
    ("Runtime", "Dispatch"), ("MarketData", "OrderedCollections"), ("Journal", "GRDB"),
  ])
  func `a legal import passes`(_ module: String, _ imported: String) {
    let file = SourceText(module: module, path: "x.swift", "import \(imported)\n")
    #expect(ImportRules.breaches(in: file) == [])
    #expect(ImportRules.imports(of: file).map(\.module) == [imported])
  }

  @Test func `an import in a comment or a text is none`() {
    let file = SourceText(
      module: "Units", path: "x.swift",
      """
      // import Foundation
      /* import Dispatch */
      let text = "import Glibc"
      let a = \"""
      import Logging
      \"""

      """
    )
    #expect(ImportRules.imports(of: file).isEmpty)
  }

  @Test func `a C library that two modules import is found`() {
    let files = ["Transport", "Runtime"].map {
      SourceText(module: $0, path: "\($0).swift", "import CCurl\n")
    }
    #expect(ImportRules.sharedLibraries(files) == ["CCurl is imported by Runtime, Transport"])
    #expect(ImportRules.sharedLibraries([files[0]]) == [])
  }

  @Test(arguments: [
    "let a = try? b()", "let a = try! b()", "let a = b as! C", "fatalError(\"no\")",
    "let a: Double = 1", "let a: [Float] = []", "let a = Decimal(1)", "let a = Date()",
    "print(1)", "Task { }", "func a() async {}", "let a = Int.random(in: 0...1)",
    "// TO" + "DO: later", "let a = 1  // FIX" + "ME", "final class A: @unchecked Sendable {}",
    "nonisolated(unsafe) var a = 1", "let a = \"\\(try? b())\"",
  ])
  func `a forbidden construct is found in a pure module`(_ code: String) {
    let file = SourceText(module: "Risk", path: "Sources/Risk/A.swift", "// A.\n\(code)\n")
    #expect(WordRules.breaches(in: file).map(\.line).contains(2), "\(code)")
  }

  @Test(arguments: [
    "let a = entry?.plan", "let text = \"try? and Double\"", "// a Double would not do here",
    "let doubled = Doubled()", "func asynchronous() {}", "let update = Update()",
    "let a = #\"as! \"fatalError(\"#", "let imprint(a)",
    "// seam: shown as a share of a bar\nlet a: Double = 1",
    "let a: Double = 1  // seam: drawing only, never an order",
  ])
  func `what only looks like one passes`(_ code: String) {
    let file = SourceText(module: "Risk", path: "Sources/Risk/A.swift", code + "\n")
    #expect(WordRules.breaches(in: file) == [], "\(code)")
  }

  @Test func `inexact numbers are allowed where they are estimates or pixels`() {
    let code = "let a: Double = 1\n"
    for path in ["Sources/MarketData/Indicators/RSI.swift", "Sources/Screen/Core/Bar.swift"] {
      let file = SourceText(module: "MarketData", path: path, code)
      #expect(WordRules.breaches(in: file) == [])
    }
    let book = SourceText(module: "MarketData", path: "Sources/MarketData/OrderBook.swift", code)
    #expect(WordRules.breaches(in: book).count == 1)
    let rim = SourceText(module: "Runtime", path: "Sources/Runtime/A.swift", code)
    #expect(WordRules.breaches(in: rim) == [])
  }

  @Test func `an escape from concurrency checking needs its module and its reason`() {
    let bare = "final class A: @unchecked Sendable {}\n"
    let reasoned = "// Its queue guards every field.\n" + bare
    func count(_ module: String, _ text: String) -> Int {
      WordRules.breaches(in: SourceText(module: module, path: "x.swift", text)).count
    }
    #expect(count("Transport", bare) == 1)
    #expect(count("Transport", reasoned) == 0)
    #expect(count("Runtime", reasoned) == 1)
    #expect(count("Terminal", "@preconcurrency import Glibc\n") == 0)
  }

  @Test func `files and lines beyond the walls are found`() {
    func breaches(_ text: String, isTest: Bool = false) -> [Int] {
      ShapeRules.breaches(in: SourceText(module: "A", path: "x.swift", text), isTest: isTest)
        .map(\.line)
    }
    let lines = { (count: Int) in String(repeating: "let a = 1\n", count: count) }
    #expect(breaches(lines(400)) == [])
    #expect(breaches(lines(401)) == [0])
    #expect(breaches(lines(600), isTest: true) == [])
    #expect(breaches(lines(601), isTest: true) == [0])
    #expect(breaches("let a = 1\n" + String(repeating: "é", count: 100) + "\n") == [])
    #expect(breaches("let a = 1\n" + String(repeating: "é", count: 101) + "\n") == [2])
  }

  @Test(arguments: [
    "func a() {", "public static func a<B>(_ b: B) -> B {", "func a(\n  b: Int\n) -> Int {",
    "func a()\n  where B: C\n{", "init?(_ a: Int) {", "var a: Int {",
    "@discardableResult mutating func a() {", "private(set) var a = 1 {",
    "subscript(a: Int) -> Int {", "deinit {",
  ])
  func `a body beyond the wall is found`(_ head: String) {
    func breaches(_ count: Int) -> [Int] {
      let body = String(repeating: "    a()\n", count: count)
      let indented = head.split(separator: "\n").map { "  \($0)\n" }.joined()
      let text = "struct A {\n\(indented)\(body)  }\n\n  func b() {\n  }\n}\n"
      return BodyRule.breaches(in: SourceText(module: "A", path: "x.swift", text)).map(\.line)
    }
    #expect(breaches(60) == [])
    #expect(breaches(61) == [2])
  }

  @Test(arguments: [
    "struct A {", "let a = [", "var a = 1", "func a()", "case func", "a.map {", "// func a() {",
  ])
  func `what has no body of its own has no wall`(_ head: String) {
    let text = "\(head)\n" + String(repeating: "  a()\n", count: 70) + "}\n"
    #expect(BodyRule.breaches(in: SourceText(module: "A", path: "x.swift", text)) == [])
  }

  @Test(arguments: [
    "switch a {\ncase .b: 1\ndefault: 2\n}",
    "let a = switch b.c {\ncase let .b(d): d\ndefault: 2\n}",
    "switch (a, b) {\ncase (.c, .d): 1\ndefault: 2\n}",
    "switch a {\ncase 1: 1\ncase .b:\n  switch c {\n  case 1: 1\n  default: 2\n  }\ndefault: 2\n}",
  ])
  func `a default that hides cases of an enum is found`(_ code: String) {
    let lines = code.split(separator: "\n")
    let place = lines.lastIndex { $0.hasPrefix("default") }.map { $0 + 1 }
    let file = SourceText(module: "Risk", path: "x.swift", code + "\n")
    #expect(SwitchRule.breaches(in: file).map(\.line) == [place])
  }

  @Test(arguments: [
    "switch a {\ncase .b: 1\ncase .c: 2\n}", "switch a {\ncase 1: 1\ndefault: 2\n}",
    "switch a {\ncase ..<5: 1\ndefault: 2\n}", "switch key {\ncase .up: 1\ndefault: 2\n}",
    "switch a {\ncase .b: 1\ndefault: preconditionFailure(c)\n}", "a[b, default: []].append(c)",
    "switch a {\ncase 1:\n  switch c {\n  case .d: 1\n  case .e: 2\n  }\ndefault: 2\n}",
    "// switch a {\n// case .b: 1\n// default: 2\n// }",
  ])
  func `a default over what nobody can list passes`(_ code: String) {
    let file = SourceText(module: "Risk", path: "x.swift", code + "\n")
    #expect(SwitchRule.breaches(in: file) == [])
  }

  @Test(arguments: [
    "struct OrderManager {", "final class CacheHelper: Sendable {", "enum TextUtils {",
    "  public struct KeyHandler<Key> {", "actor MarketData {", "protocol PriceService {",
    "public typealias OrderInfo = Int", "@frozen public struct CandleData: Hashable {",
  ])
  func `a type name that says nothing is found`(_ code: String) {
    let file = SourceText(module: "A", path: "x.swift", code + "\n")
    #expect(ShapeRules.breaches(in: file, isTest: false).map(\.line) == [1])
  }

  @Test(arguments: [
    "import MarketData", "let manager = Manager.self", "struct Order {", "case data(Data)",
    "// struct OrderManager {", "func handler() {}", "struct Database {",
  ])
  func `other names pass`(_ code: String) {
    let file = SourceText(module: "A", path: "x.swift", code + "\n")
    #expect(ShapeRules.breaches(in: file, isTest: false) == [])
  }

  @Test(arguments: [
    "public struct A {}", "public let a: Int", "public func a() {}", "public init(_ a: Int) {}",
    "@inlinable\n  public static func a() {}", "public private(set) var a = 1",
    "public indirect enum A {}", "public subscript2(a: Int) -> Int { 0 }\n  public var b = 1",
    "public protocol A {\n  func b()\n}", "/// A.\n\n  public var a = 1",
    "@MainActor public final class A {}", "public static let a = 1",
  ])
  func `a public declaration without a doc comment is found`(_ code: String) {
    let file = SourceText(module: "A", path: "x.swift", "import B\n\n  \(code)\n")
    #expect(!DocumentationRule.breaches(in: file).isEmpty, "\(code)")
  }

  @Test(arguments: [
    "/// A.\npublic struct A {}", "struct A {}", "private let a = 1",
    "/// A.\n@inlinable\n@discardableResult\npublic func a() {}",
    "public static func < (left: A, right: A) -> Bool { true }",
    "public static func == (left: A, right: A) -> Bool { true }",
    "public var description: String { \"\" }", "public func hash(into hasher: inout Hasher) {}",
    "public let text: String", "extension A {\n  case a\n}", "public extension A {",
    "/// A.\npublic protocol A {\n  /// B.\n  func b()\n}\nfunc c() {}",
    "public init(stringLiteral value: StaticString) {}", "// public var a = 1",
    "public init(from decoder: any Decoder) throws {}", "let a = \"public var b\"",
  ])
  func `documented, private and self-explaining declarations pass`(_ code: String) {
    let file = SourceText(module: "A", path: "x.swift", code + "\n")
    #expect(DocumentationRule.breaches(in: file) == [], "\(code)")
  }

  @Test func `what a protocol asks for is explained there and nowhere else`() {
    let requirements = DocumentationRule.requirements(of: [
      SourceText(
        module: "A", path: "x.swift",
        "/// A.\npublic protocol Loop {\n  /// B.\n  func post()\n}\npublic func later() {}\n")
    ])
    #expect(requirements == ["Loop": ["post"]])
    func breaches(_ text: String) -> [Int] {
      let file = SourceText(module: "A", path: "y.swift", text)
      return DocumentationRule.breaches(in: file, requirements: requirements).map(\.line)
    }
    #expect(breaches("extension B: Loop {\n  public func post() {}\n}\n") == [])
    #expect(breaches("extension B {\n  public func post() {}\n}\n") == [2])
    #expect(breaches("extension B: Loop {\n  public func other() {}\n}\n") == [2])
    #expect(breaches("/// A.\npublic protocol Loop {\n  func post()\n}\n") == [3])
  }

  @Test func `words about the place of work are found in any text`() {
    for word in PlaceRules.words {
      let text = "A line.\nSomething \(word.uppercased()) something.\n"
      #expect(PlaceRules.breaches(path: "README.md", text).map(\.line) == [2], "\(word)")
    }
    #expect(PlaceRules.breaches(path: "README.md", "A session works at home.\n") == [])
  }

  @Test func `code is told from comments and texts`() {
    let text = ##"""
      let a = 1 // one
      /* two /* nested */ still */ let b = "x // y" + #"\("# + "\(c("d")) e"
      let f = """
        plain \(g) "quoted" // text
        """ + h
      """##
    let lines = SourceText(module: "A", path: "x.swift", text).lines
    #expect(lines[0].code == "let a = 1 ")
    #expect(lines[0].comment == " one")
    #expect(lines[1].code == ##" let b = "      " + #"  "# + " (c(" "))  ""##)
    #expect(lines[1].comment.contains("two"))
    #expect(!lines[1].code.contains("two"))
    #expect(lines[3].code.contains("(g)"))
    #expect(!lines[3].code.contains("plain"))
    #expect(!lines[3].code.contains("text"))
    #expect(lines[4].code.contains("+ h"))
  }
}
