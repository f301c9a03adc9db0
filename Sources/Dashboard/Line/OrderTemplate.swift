import Trading

/// An order that the user named: a line with the word `*` where the market goes.
public struct OrderTemplate: Sendable, Equatable {
  /// How it is called: lower-case letters, digits and dashes.
  public let name: String
  /// The line, such as `buy * 0.5% @ bid post sl 1% tp 2r`.
  public let text: String

  /// Takes a template that can be read as an order or as several, or says what is wrong with it.
  public init(name: String, text: String) throws(OrderTemplateProblem) {
    let isName = name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isName, !name.isEmpty, name.count <= 24 else {
      throw OrderTemplateProblem(
        text: "a name has up to 24 lower-case letters, digits and dashes")
    }
    self.name = name
    self.text = text
    do throws(LineProblem) {
      guard try line(market: "btc").isOrder else {
        throw LineProblem(at: 0, text: "a template is an order: buy, sell, scale or oco")
      }
    } catch {
      throw OrderTemplateProblem(text: "character \(error.at + 1): \(error.text)")
    }
  }

  /// Whether it takes any market.
  var takesMarket: Bool { words.contains("*") }

  /// The line about a market.
  func line(market: String) throws(LineProblem) -> Line {
    try LineParser.parse(words.map { $0 == "*" ? market : $0 }.joined(separator: " "))
  }

  private var words: [String] { text.split(separator: " ").map(String.init) }
}

extension Line {
  /// Whether it places orders that add risk.
  fileprivate var isOrder: Bool {
    switch self {
    case .order, .scale, .oneOf: true
    case .amend, .close, .stop, .target, .breakEven, .reverse, .trail, .targets, .abandon,
      .cancelAll, .cancelLast, .cancelMarket, .flatten, .leverage, .positionMode, .resetPeak,
      .state, .strategy,
      .go,
      .timeFrame, .layout, .size, .template, .filter, .note, .alert, .alerts, .removeAlert,
      .acknowledge, .arm, .disarm, .help, .quit, .reload:
      false
    }
  }
}

/// What is wrong with a template.
public struct OrderTemplateProblem: Error, Sendable, Hashable, CustomStringConvertible {
  let text: String

  /// The sentence.
  public var description: String { text }
}

extension DashboardModel {
  /// Returns the order of a template about a market, or about the chosen one.
  func line(ofTemplate name: String, market: String?) throws(LineProblem) -> Line {
    guard let template = labels.templates.first(where: { $0.name == name }) else {
      let known = labels.templates.map(\.name).joined(separator: " ")
      throw LineProblem(
        at: 9, text: known.isEmpty ? "templates.yaml names none" : "no such template: \(known)")
    }
    guard template.takesMarket else {
      guard market == nil else {
        throw LineProblem(at: 9, text: "`\(name)` has a market of its own: \(template.text)")
      }
      return try template.line(market: "")
    }
    guard let chosen = market ?? instrument?.text.lowercased() else {
      throw LineProblem(at: 9, text: "no instrument is known yet")
    }
    return try template.line(market: chosen)
  }
}
