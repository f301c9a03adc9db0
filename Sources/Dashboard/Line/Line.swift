import Trading
import Units

/// A command as it was typed, understood but not yet held against market and account.
enum Line: Sendable, Hashable {
  case order(OrderLine)
  case scale(ScaleLine)
  /// Two orders of which the first fill cancels the other.
  case oneOf(OrderLine, OrderLine)
  /// Another price or size for an order that rests.
  case amend(AmendLine)
  /// Makes a position smaller, at market or by an order that rests.
  case close(CloseLine)
  case stop(LinePosition, LineDistance)
  case target(LinePosition, LineTarget)
  case breakEven(LinePosition)
  /// Closes the position and opens the other side; nil for what is usual.
  case reverse(LinePosition, size: LineSize?, stop: LineDistance?, target: LineTarget?)
  /// Lets the stop follow the price, from a price on or from now on.
  case trail(LinePosition, LineDistance, from: Price?)
  /// Several targets, each for a share of the position.
  case targets(LinePosition, [LineTargetPart])
  /// Gives up what goes on about a market in several steps.
  case abandon(market: String)
  case cancelAll
  case cancelLast
  case cancelMarket(String)
  case flatten(market: String?)
  case leverage(market: String, Leverage)
  /// Lets the account hold one position per instrument, or a long and a short.
  case positionMode(PositionMode)
  /// Lets the drawdown begin anew from the equity of now.
  case resetPeak
  case state(BotState)
  /// Puts a strategy into a state.
  case strategy(name: String, StrategyState)
  case go(market: String)
  case timeFrame(TimeFrame)
  case layout(Preset)
  case size(LineSize)
  /// The order of a template, about a market or the chosen one.
  case template(name: String, market: String?)
  case filter(String)
  case note(String)
  /// A rule, and where in the line it begins.
  case alert(String, at: Int)
  case alerts
  case removeAlert(AlertRuleID)
  case acknowledge(AlertID?)
  case arm
  case disarm
  case help
  case quit
  /// Reads the settings again; `loosens` when looser limits are meant as well.
  case reload(loosens: Bool)
}

/// A wish to open by several limit orders between two prices.
struct ScaleLine: Sendable, Hashable {
  var side: PositionSide
  var market: String
  var count: Int
  var from: Price
  var to: Price
  /// Of all orders together; nil for the working size.
  var size: LineSize?
  var isPostOnly = false
  var stop: LineDistance?
  var target: LineTarget?
}

/// How a priced order meets the book.
enum LineKind: String, Sendable, Hashable {
  case limit
  case post
  case ioc
  case fok
}

/// A size with its unit.
enum LineSize: Sendable, Hashable {
  case contracts(Fixed)
  /// So many coins; the name of the coin as typed.
  case coins(Fixed, String)
  case notional(Fixed)
  /// Percent of the equity as margin.
  case marginPercent(Fixed)
  /// Percent of the equity at risk.
  case riskPercent(Fixed)
}

/// A price, or the side of the book to take it from.
enum LinePrice: Sendable, Hashable {
  case exact(Price)
  case bid
  case ask
}

/// Where a stop stands: at a price, or so far from the entry.
enum LineDistance: Sendable, Hashable {
  case price(Price)
  case percent(Rate)
}

/// Where a target stands: at a price, so far from the entry, or a multiple of the stop's distance.
enum LineTarget: Sendable, Hashable {
  case price(Price)
  case percent(Rate)
  case multiple(Fixed)
}

/// Why a line is not understood or cannot be done, and at which character.
struct LineProblem: Error, Sendable, Hashable {
  /// Characters before the word that is wrong.
  let at: Int
  let text: String
}

extension Line: CustomStringConvertible {
  /// The command in one fixed form, as golden files keep it.
  var description: String {
    switch self {
    case .order(let order): order.description
    case .scale(let scale): scale.description
    case .oneOf(let first, let second): "one of: \(first); or \(second)"
    case .amend(let amend): amend.description
    case .close(let close): close.description
    case .stop(let position, let distance): "stop \(position) \(distance)"
    case .target(let position, let distance): "target \(position) \(distance)"
    case .breakEven(let position): "break-even \(position)"
    case .reverse(let position, let size, let stop, let target):
      (["reverse \(position)", size.map { "size \($0)" } ?? "working size"]
        + [stop.map { "stop \($0)" } ?? "usual stop"] + (target.map { ["target \($0)"] } ?? []))
        .joined(separator: ", ")
    case .trail(let position, let distance, let from):
      "trail \(position) \(distance)" + (from.map { " from \($0)" } ?? "")
    case .targets(let position, let parts):
      "targets \(position) "
        + parts.map { "\($0.share.value.times(100)) % \($0.target)" }.joined(separator: ", ")
    case .abandon(let market): "abandon \(market)"
    case .cancelAll: "cancel all"
    case .cancelLast: "cancel last"
    case .cancelMarket(let market): "cancel \(market)"
    case .flatten(let market): "flatten \(market ?? "all")"
    case .leverage(let market, let leverage): "leverage \(market) \(leverage)x"
    case .positionMode(let mode): "position mode \(mode.lineWord)"
    case .resetPeak: "reset peak"
    case .state(let state): "state \(state.rawValue)"
    case .strategy(let name, let state): "strategy \(name) \(state.rawValue)"
    case .go(let market): "go \(market)"
    case .timeFrame(let frame): "time frame \(frame.rawValue)"
    case .layout(let preset): "layout \(preset.rawValue)"
    case .size(let size): "size \(size)"
    case .template(let name, let market): "template \(name)" + (market.map { " for \($0)" } ?? "")
    case .filter(let text): "filter \(text.isEmpty ? "off" : text)"
    case .note(let text): "note \(text)"
    case .alert(let text, _): "alert \(text)"
    case .alerts: "alerts"
    case .removeAlert(let id): "remove alert \(id)"
    case .acknowledge(let id): "acknowledge \(id?.description ?? "all")"
    case .arm: "arm"
    case .disarm: "disarm"
    case .help: "help"
    case .quit: "quit"
    case .reload(let loosens): "reload" + (loosens ? " looser limits as well" : "")
    }
  }
}

extension ScaleLine: CustomStringConvertible {
  var description: String {
    var words = ["scale \(side.rawValue) \(market)", "\(count) orders \(from) to \(to)"]
    words.append(size.map { "size \($0)" } ?? "working size")
    if isPostOnly { words.append("post") }
    words.append(stop.map { "stop \($0)" } ?? "usual stop")
    if let target { words.append("target \(target)") }
    return words.joined(separator: ", ")
  }
}

extension LineSize: CustomStringConvertible {
  var description: String {
    switch self {
    case .contracts(let amount): "\(amount) contracts"
    case .coins(let amount, let coin): "\(amount) \(coin)"
    case .notional(let amount): "\(amount) USDT"
    case .marginPercent(let percent): "\(percent) % margin"
    case .riskPercent(let percent): "\(percent) % risk"
    }
  }
}

extension LinePrice: CustomStringConvertible {
  var description: String {
    switch self {
    case .exact(let price): "\(price)"
    case .bid: "bid"
    case .ask: "ask"
    }
  }
}

extension LineDistance: CustomStringConvertible {
  var description: String {
    switch self {
    case .price(let price): "at \(price)"
    case .percent(let rate): "\(rate.value.times(100)) % away"
    }
  }
}

extension LineTarget: CustomStringConvertible {
  var description: String {
    switch self {
    case .price(let price): "at \(price)"
    case .percent(let rate): "\(rate.value.times(100)) % away"
    case .multiple(let count): "\(count) R"
    }
  }
}

extension PositionMode {
  /// The mode as a line has it.
  var lineWord: String {
    switch self {
    case .oneWay: "one-way"
    case .hedge: "hedge"
    }
  }
}
