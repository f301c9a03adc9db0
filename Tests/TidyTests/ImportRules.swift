/// Who may import whom: section 2 of the architecture, row by row.
enum ImportRules {
  /// The project's modules that are pure: values in, values out.
  static let pureModules: Set<String> = [
    "Units", "JSONText", "Trading", "MarketData", "AccountData", "Risk", "Strategies", "Alerts",
    "Engine", "Screen", "Dashboard",
  ]

  /// Modules of the system and of the toolchain that only the rim may import.
  static let systemModules: Set<String> = [
    "Foundation", "FoundationNetworking", "Dispatch", "Glibc", "Synchronization",
  ]

  /// The C libraries; each belongs to one Swift module.
  static let owners: [String: String] = [
    "CCurl": "Transport", "CWslay": "Transport", "COpenSSL": "Transport", "CNCurses": "Terminal",
    "CZlib": "Simulation", "CDisk": "Journal", "GRDBSQLite": "Journal",
  ]

  /// Modules that only the executable may import.
  static let composedOnly: Set<String> = ["BloFin", "Terminal", "perpdeck"]

  /// What each module may import beside the system's modules.
  static let allowed: [String: Set<String>] = {
    let vocabulary: Set<String> = ["Trading", "Units"]
    let knowledge = vocabulary.union(["AccountData", "MarketData"])
    let engine = knowledge.union(["Risk", "Strategies", "Alerts", "OrderedCollections"])
    return [
      "Units": [],
      "JSONText": ["Units"],
      "Trading": ["Units"],
      "MarketData": vocabulary.union(["OrderedCollections"]),
      "AccountData": vocabulary.union(["OrderedCollections"]),
      "Risk": knowledge,
      "Strategies": knowledge,
      "Alerts": knowledge,
      "Engine": engine,
      "Screen": [],
      "Dashboard": knowledge.union(["Engine", "Risk", "Strategies", "Alerts", "Screen"]),
      "Secrets": [],
      "EventLoop": [],
      "Transport": ["EventLoop", "Secrets", "Logging"],
      "Exchanges": vocabulary,
      "CandleCache": vocabulary.union(["Exchanges", "EventLoop"]),
      "BloFin": adapter,
      "Simulation": vocabulary.union([
        "Exchanges", "EventLoop", "JSONText", "OrderedCollections",
      ]),
      "ExchangeServer": vocabulary.union([
        "Simulation", "Exchanges", "Transport", "Secrets", "JSONText", "OrderedCollections",
        "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket",
      ]),
      "Research": engine.union(["Engine", "Simulation", "EventLoop", "Exchanges", "JSONText"]),
      "Journal": vocabulary.union(["GRDB"]),
      "Notify": ["Transport", "EventLoop", "Secrets", "JSONText", "Trading", "Units"],
      "Settings": vocabulary.union(["Alerts", "Strategies", "Yams", "Secrets"]),
      "Terminal": ["Screen"],
      "Runtime": knowledge.union([
        "Engine", "Risk", "Strategies", "Alerts", "Dashboard", "Exchanges", "Journal", "Notify",
        "EventLoop", "JSONText", "Screen", "Logging",
      ]),
    ]
  }()

  private static let adapter: Set<String> = [
    "Exchanges", "Transport", "EventLoop", "Secrets", "JSONText", "Trading", "Units", "Logging",
  ]

  /// Returns the imports of a file that break a rule. A module without a row may import nothing.
  static func breaches(in file: SourceText) -> [Breach] {
    imports(of: file).compactMap { number, imported in
      complaint(module: file.module, imports: imported).map { file.breach(number, $0) }
    }
  }

  /// Returns why a module may not import another, or nil when it may.
  static func complaint(module: String, imports imported: String) -> String? {
    if let owner = owners[imported] {
      return module == owner ? nil : "\(imported) is for \(owner) alone, not for \(module)"
    }
    if systemModules.contains(imported) {
      let isRim = allowed[module] != nil && !pureModules.contains(module) || module == "perpdeck"
      return isRim ? nil : "\(module) is pure and must not import \(imported)"
    }
    if module == "perpdeck" { return nil }
    if composedOnly.contains(imported) {
      return "only perpdeck composes \(imported); \(module) must not import it"
    }
    guard let row = allowed[module] else {
      return "\(module) has no row in the table of imports, so it must not import \(imported)"
    }
    return row.contains(imported) ? nil : "\(module) must not import \(imported)"
  }

  /// Returns the modules that a file imports, with their lines.
  static func imports(of file: SourceText) -> [(number: Int, module: String)] {
    file.numbered.compactMap { number, line in
      let words = line.code.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let position = words.firstIndex(of: "import"),
        words[..<position].allSatisfy({
          $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0)
        }),
        position + 1 < words.count
      else { return nil }
      // `import struct Foundation.Date` names the module after the kind.
      let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
      ]
      let named = kinds.contains(words[position + 1]) ? position + 2 : position + 1
      guard named < words.count else { return nil }
      return (number, String(words[named].prefix { $0 != "." && $0 != ";" }))
    }
  }

  /// Returns a breach for each C library that more than one module imports.
  static func sharedLibraries(_ files: [SourceText]) -> [String] {
    var users: [String: Set<String>] = [:]
    for file in files {
      for (_, imported) in imports(of: file) where owners[imported] != nil {
        users[imported, default: []].insert(file.module)
      }
    }
    return users.filter { $0.value.count > 1 }.map {
      "\($0.key) is imported by \($0.value.sorted().joined(separator: ", "))"
    }.sorted()
  }
}
