import Trading

/// What the word at the end of a line can become.
struct LineCompletion: Equatable {
  /// How many characters of the last word are typed already.
  let typed: Int
  /// The words it can become, in alphabetical order.
  let candidates: [String]

  /// Finds the words that fit at the end of a text; `markets` are the names of the coins,
  /// `templates` those of the order templates, `strategies` those of the strategies.
  init(
    _ text: String, markets: [String], templates: [String] = [], strategies: [String] = []
  ) {
    let words = text.lowercased().split(separator: " ", omittingEmptySubsequences: true).map(
      String.init)
    let isNew = text.isEmpty || text.hasSuffix(" ")
    let before = isNew ? words : Array(words.dropLast())
    let prefix = isNew ? "" : words.last ?? ""
    typed = prefix.count
    let fitting =
      switch before {
      case ["template"]: templates.sorted()
      case ["strategy"]: strategies.sorted()
      default: Self.words(after: before, markets)
      }
    candidates = fitting.filter { $0.hasPrefix(prefix) && $0 != prefix }
  }

  /// The text with the last word completed as far as it is certain; a whole word gets a space.
  func applied(to text: String) -> String {
    guard let first = candidates.first else { return text }
    guard candidates.count > 1 else { return text + first.dropFirst(typed) + " " }
    var common = first
    for candidate in candidates {
      while !candidate.hasPrefix(common) { common.removeLast() }
    }
    return text + common.dropFirst(typed)
  }

  private static func words(after before: [String], _ markets: [String]) -> [String] {
    let coins = markets.map { $0.lowercased() }.sorted()
    guard let verb = before.first else { return LineGrammar.verbs }
    switch verb {
    case "buy", "sell", "long", "short":
      return order(before, coins)
    case "oco": return pair(before, coins)
    case "amend":
      if before.count == 1 { return (["last"] + coins).sorted() }
      return before.last == "@" ? ["ask", "bid"] : before.contains("@") ? [] : ["@"]
    case "scale":
      if before.count == 1 { return ["buy", "long", "sell", "short"] }
      return before.count == 2 ? coins : before.count < 5 ? [] : options(before, allowsPrice: false)
    case "close": return exit(before, coins)
    case "reverse", "trail", "targets", "abandon", "be", "stop", "sl", "target", "tp",
      "flatten", "go", "lev":
      return before.count == 1 ? coins : []
    case "reset": return before.count == 1 ? ["peak"] : []
    case "template": return before.count == 2 ? coins : []
    case "strategy": return before.count == 2 ? StrategyState.allCases.map(\.rawValue) : []
    case "cancel": return before.count == 1 ? (["all", "last"] + coins).sorted() : []
    case "mode": return before.count == 1 ? PositionMode.allCases.map(\.lineWord).sorted() : []
    case "tf": return before.count == 1 ? TimeFrame.allCases.map(\.rawValue) : []
    case "layout": return before.count == 1 ? Preset.allCases.map(\.rawValue).sorted() : []
    default: return []
    }
  }

  /// The words of an exit, which rests where it has a price.
  private static func exit(_ before: [String], _ coins: [String]) -> [String] {
    if before.count == 1 { return coins }
    guard let place = before.firstIndex(of: "@") else { return before.count < 4 ? ["@"] : [] }
    if place == before.count - 1 { return ["ask", "bid"] }
    return before.last == "post" ? [] : ["post"]
  }

  /// The words of one order, which `stop` makes wait for a price.
  private static func order(_ before: [String], _ coins: [String]) -> [String] {
    if before.count == 1 { return coins + ["stop"] }
    guard before[1] == "stop" else { return options(before, allowsPrice: true) }
    if before.count == 2 { return coins }
    if before.count == 3 || before.last == "for" { return [] }
    let options = options(before, allowsPrice: true)
    let isOpen = !options.isEmpty && before.last != "@" && !before.contains("for")
    return options + (isOpen ? ["for"] : [])
  }

  /// The words of two orders with `or` between them; both have a price.
  private static func pair(_ before: [String], _ coins: [String]) -> [String] {
    let sides = ["buy", "long", "sell", "short"]
    guard let place = before.firstIndex(of: "or") else {
      if before.count < 3 { return before.count == 1 ? sides : coins }
      let options = options(before, allowsPrice: true, mayTake: false)
      let isPriced = before.dropLast().contains("@") && !options.isEmpty && before.last != "@"
      return options + (isPriced ? ["or"] : [])
    }
    let second = Array(before[place...])
    return second.count == 1 ? sides : options(second, allowsPrice: true, mayTake: false)
  }

  private static func options(_ before: [String], allowsPrice: Bool, mayTake: Bool = true)
    -> [String]
  {
    if before.last == "@" { return ["ask", "bid"] }
    if before.last == "sl" || before.last == "tp" { return [] }
    let kinds = allowsPrice && mayTake ? ["fok", "ioc", "post"] : ["post"]
    let isKindChosen = before.contains { kinds.contains($0) }
    return ((allowsPrice ? ["@"] : []) + (isKindChosen ? [] : kinds) + ["sl", "tp"])
      .filter { !before.contains($0) }
  }
}
