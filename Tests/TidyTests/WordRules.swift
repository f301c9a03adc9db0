/// Words and constructs that do not occur, or only where they are expected.
enum WordRules {
  /// Constructs that no source file uses.
  static let forbidden: [(word: String, why: String)] = [
    ("try?", "it hides an error"), ("try!", "it traps on an error"),
    ("as!", "it traps on another type"),
    ("fatalError(", "a programmer error is a precondition with a sentence"),
  ]

  /// What would run code that is not the program's own: strategies and settings are data.
  static let loading = [
    "dlopen", "dlsym", "NSExpression", "NSPredicate", "NSClassFromString", "JSContext",
  ]

  /// Words that promise work instead of doing it; they are looked for in comments too.
  static let promises = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

  /// What pure modules never touch: clocks, chance, output, concurrency.
  static let impure: [(word: String, why: String)] = [
    ("Date(", "time arrives in events"), ("UUID(", "ids are counted"),
    ("SystemRandomNumberGenerator", "chance is seeded"), (".random(", "chance is seeded"),
    (".randomElement(", "chance is seeded"), (".shuffled()", "chance is seeded"),
    ("print(", "pure code returns what it has to say"), ("Task {", "pure code does not wait"),
    ("await", "pure code does not wait"), ("async", "pure code does not wait"),
    ("ContinuousClock", "time arrives in events"), ("SuspendingClock", "time arrives in events"),
  ]

  /// Inexact numbers; see ``inexactFolders``.
  static let inexact = ["Double", "Float", "Float32", "Float64", "Float80", "Float16", "Decimal"]

  /// The places in pure modules where numbers are estimates or pixels, not money.
  static let inexactFolders = [
    "Sources/MarketData/Indicators/", "Sources/Screen/", "Sources/Dashboard/",
    "Sources/MarketData/Zones/", "Sources/MarketData/Structure/",
  ]

  /// Doors in the wall of concurrency checking, and how many of them each module may have.
  static let escapes = ["@unchecked", "nonisolated(unsafe)", "@preconcurrency"]
  static let modulesWithEscapes: Set<String> = ["Transport", "Terminal"]

  /// Returns the breaches of a source file.
  static func breaches(in file: SourceText) -> [Breach] {
    var found: [Breach] = []
    let isPure =
      ImportRules.pureModules.contains(file.module)
      || ImportRules.allowed[file.module] == nil
        && file.module != "perpdeck"
    let mayBeInexact = inexactFolders.contains { file.path.hasPrefix($0) }
    for (number, line) in file.numbered {
      for (word, why) in forbidden where line.code.containsWord(word) {
        found.append(file.breach(number, "\(word) is not used here: \(why)"))
      }
      found += promises(in: file, number, line)
      found += escapes(in: file, number, line)
      guard isPure else { continue }
      for (word, why) in impure where line.code.containsWord(word) {
        found.append(file.breach(number, "\(word) has no place in a pure module: \(why)"))
      }
      for word in inexact where !mayBeInexact && line.code.containsWord(word) {
        if !isSeam(file, number) {
          found.append(file.breach(number, "\(word) is inexact; money and sizes are Fixed"))
        }
      }
    }
    return found
  }

  /// Returns the promises of later work in a line, comments included.
  static func promises(
    in file: SourceText, _ number: Int, _ line: SourceText.Line
  ) -> [Breach] {
    promises.filter { line.code.containsWord($0) || line.comment.containsWord($0) }
      .map { file.breach(number, "\($0): what is not done is not in the code") }
  }

  /// Whether the line, or the one above, says `seam:` and why.
  static func isSeam(_ file: SourceText, _ number: Int) -> Bool {
    let lines = file.lines[max(0, number - 2)..<number]
    return lines.contains { $0.comment.containsWord("seam:") } && file.hasReason(at: number)
  }

  private static func escapes(
    in file: SourceText, _ number: Int, _ line: SourceText.Line
  ) -> [Breach] {
    escapes.filter { line.code.containsWord($0) }.compactMap { word in
      // C's globals cannot be imported without it; it changes nothing about our own code.
      if word == "@preconcurrency", line.code.containsWord("import") { return nil }
      guard modulesWithEscapes.contains(file.module) else {
        return file.breach(number, "\(word) is expected nowhere in \(file.module)")
      }
      return file.hasReason(at: number)
        ? nil : file.breach(number, "\(word) needs its reason in a comment beside it")
    }
  }
}

/// Words that would tell of the place of work instead of the program.
enum PlaceRules {
  /// Put together from halves, so that this file does not contain them itself.
  static let words = [
    "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "work" + "tree", "Co-authored" + "-by",
    "generated" + " by", "generated" + " with", "language" + " model", "as an" + " AI",
  ]

  /// Returns the lines of any text file that contain one.
  static func breaches(path: String, _ text: String) -> [Breach] {
    var found: [Breach] = []
    let lowered = words.map { $0.lowercased() }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.lowercased()
      for (word, plain) in zip(words, lowered) where line.contains(plain) {
        found.append(
          Breach(path: path, line: index + 1, message: "\(word) is not about the program"))
      }
    }
    return found
  }
}
