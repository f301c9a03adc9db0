import Exchanges
import JSONText
import Trading
import Units

/// One thing that BloFin's streams deliver.
///
/// Source: BloFin API documentation, WebSocket, public and private channels.
public nonisolated enum BloFinTopic: StreamTopic {
  /// Last, bid, ask and the day's figures.
  case ticker(InstrumentID)
  /// The order book: a snapshot, then changes.
  case book(InstrumentID)
  /// Every trade of the public tape.
  case trades(InstrumentID)
  /// Candles of one time frame.
  case candles(InstrumentID, TimeFrame)
  /// The one-minute candles of the mark price: there is no other stream of it.
  case mark(InstrumentID)
  /// The funding rate.
  case funding(InstrumentID)
  /// Equity, cash and free margin of the account.
  case account
  /// Every open position.
  case positions
  /// Plain orders.
  case orders
  /// Protection and entry triggers.
  case triggers

  /// Everything that the private stream delivers, for all instruments.
  static let privateTopics: [BloFinTopic] = [.orders, .triggers, .positions, .account]

  /// The topic that delivers what is asked for.
  init(_ subscription: MarketSubscription) {
    switch subscription {
    case .ticker(let instrument): self = .ticker(instrument)
    case .book(let instrument): self = .book(instrument)
    case .trades(let instrument): self = .trades(instrument)
    case .candles(let instrument, let frame): self = .candles(instrument, frame)
    case .mark(let instrument): self = .mark(instrument)
    case .funding(let instrument): self = .funding(instrument)
    }
  }

  /// The topic of a channel's name; nil for a channel that is not used.
  init?(channel: String, instrument: String?) {
    guard let instrument else {
      switch channel {
      case "account": self = .account
      case "positions": self = .positions
      case "orders": self = .orders
      case "orders-algo": self = .triggers
      default: return nil
      }
      return
    }
    guard let id = InstrumentID(instrument) else { return nil }
    switch channel {
    case "tickers": self = .ticker(id)
    case "books": self = .book(id)
    case "trades": self = .trades(id)
    case "mark-price-candle1m": self = .mark(id)
    case "funding-rate": self = .funding(id)
    default:
      guard channel.hasPrefix("candle"),
        let frame = Translation.timeFrame(channel.dropFirst("candle".count))
      else { return nil }
      self = .candles(id, frame)
    }
  }

  /// The name of the channel.
  var channel: String {
    switch self {
    case .ticker: "tickers"
    case .book: "books"
    case .trades: "trades"
    case .candles(_, let frame): "candle" + Translation.word(frame)
    case .mark: "mark-price-candle1m"
    case .funding: "funding-rate"
    case .account: "account"
    case .positions: "positions"
    case .orders: "orders"
    case .triggers: "orders-algo"
    }
  }

  /// The instrument; nil for what is about the whole account.
  var instrument: InstrumentID? {
    switch self {
    case .ticker(let id), .book(let id), .trades(let id), .candles(let id, _), .mark(let id),
      .funding(let id):
      id
    case .account, .positions, .orders, .triggers: nil
    }
  }

  /// `{"channel":"…","instId":"…"}`: the argument of a subscribe message.
  var argument: String {
    guard let instrument else { return "{\"channel\":\"\(channel)\"}" }
    return "{\"channel\":\"\(channel)\",\"instId\":\"\(instrument)\"}"
  }

  public var argumentByteCount: Int { argument.utf8.count }

  /// A book changes ten times a second and a mark price each second; a tape can be silent for
  /// hours.
  public var staleAfter: TimeSpan? {
    switch self {
    case .book: .seconds(10)
    case .ticker: .seconds(30)
    case .mark: .seconds(30)
    case .candles: .minutes(2)
    case .funding: .minutes(3)
    case .trades, .account, .positions, .orders, .triggers: nil
    }
  }

  public var description: String { instrument.map { "\(channel) of \($0)" } ?? channel }
}

nonisolated extension StreamRules {
  /// The public streams: busy, so that a silence of five seconds asks for a heartbeat.
  static let publicStream = StreamRules(
    needsLogin: false, pingAfter: .seconds(5), answerWithin: .seconds(4),
    connectWithin: .seconds(10), logInWithin: .seconds(10), acknowledgeWithin: .seconds(10),
    argumentBytesBelow: argumentLimit)

  /// The private stream: can be quiet for long. The exchange drops it after 30 s of silence.
  static let privateStream = StreamRules(
    needsLogin: true, pingAfter: .seconds(15), answerWithin: .seconds(8),
    connectWithin: .seconds(10), logInWithin: .seconds(10), acknowledgeWithin: .seconds(10),
    argumentBytesBelow: argumentLimit)

  /// Source: BloFin API documentation, WebSocket, Subscribe: below 4096 bytes in total.
  private static let argumentLimit = 4_096
  /// One new connection a second per address, and a little more.
  static let connectInterval = TimeSpan.milliseconds(1_100)
  /// How many topics one connection carries; third parties found 30 and 50.
  static let topicsPerConnection = 30
  /// How many public connections are opened at most; third parties found 10 per address.
  static let publicConnections = 8
}

/// Writes what is sent over the streams.
nonisolated enum StreamFrames {
  /// The heartbeat: four letters, not JSON.
  static let ping = "ping"
  /// The answer to it.
  static let pong = "pong"

  /// Returns a message that subscribes topics.
  static func subscribe(_ topics: [BloFinTopic]) -> String { frame("subscribe", topics) }

  /// Returns a message that unsubscribes topics.
  static func unsubscribe(_ topics: [BloFinTopic]) -> String { frame("unsubscribe", topics) }

  private static func frame(_ operation: String, _ topics: [BloFinTopic]) -> String {
    let arguments = topics.map(\.argument).joined(separator: ",")
    return "{\"op\":\"\(operation)\",\"args\":[\(arguments)]}"
  }
}
