import Simulation
import Trading

/// One thing that a stream can be asked to deliver.
///
/// Source: BloFin reference, subscribe / unsubscribe.
enum StreamTopic: Hashable {
  case trades(InstrumentID)
  case tickers(InstrumentID)
  case books(InstrumentID)
  case topBooks(InstrumentID)
  case candles(CandleSource, CandleBar, InstrumentID)
  case fundingRate(InstrumentID)
  case account
  case inverseAccount
  case positions(InstrumentID?)
  case orders(InstrumentID?)
  case algoOrders(InstrumentID?)

  /// Reads a topic from the names in a subscription; nil when there is no such channel or the
  /// instrument is missing where one is needed.
  init?(channel: String, instrument: InstrumentID?) {
    switch (channel, instrument) {
    case ("trades", let instrument?): self = .trades(instrument)
    case ("tickers", let instrument?): self = .tickers(instrument)
    case ("books", let instrument?): self = .books(instrument)
    case ("books5", let instrument?): self = .topBooks(instrument)
    case ("funding-rate", let instrument?): self = .fundingRate(instrument)
    case ("account", nil): self = .account
    case ("inverse-account", nil): self = .inverseAccount
    case ("positions", let instrument): self = .positions(instrument)
    case ("orders", let instrument): self = .orders(instrument)
    case ("orders-algo", let instrument): self = .algoOrders(instrument)
    case (_, let instrument?):
      // The longest prefix first: "candle" ends the other two.
      for source in [CandleSource.mark, .index, .last]
      where channel.hasPrefix(source.channelPrefix) {
        let word = channel.dropFirst(source.channelPrefix.count)
        guard let bar = CandleBar(word: String(word)) else { return nil }
        self = .candles(source, bar, instrument)
        return
      }
      return nil
    case (_, nil): return nil
    }
  }

  /// Which path carries the topic.
  var kind: ClientStream.Kind {
    switch self {
    case .trades, .tickers, .books, .topBooks, .candles, .fundingRate: .market
    case .account, .inverseAccount, .positions, .orders, .algoOrders: .account
    }
  }

  /// The name of the channel.
  var channel: String {
    switch self {
    case .trades: "trades"
    case .tickers: "tickers"
    case .books: "books"
    case .topBooks: "books5"
    case .candles(let source, let bar, _): source.channelPrefix + bar.word
    case .fundingRate: "funding-rate"
    case .account: "account"
    case .inverseAccount: "inverse-account"
    case .positions: "positions"
    case .orders: "orders"
    case .algoOrders: "orders-algo"
    }
  }

  /// The instrument that the topic is about, nil for all.
  var instrument: InstrumentID? {
    switch self {
    case .trades(let instrument), .tickers(let instrument), .books(let instrument),
      .topBooks(let instrument), .candles(_, _, let instrument), .fundingRate(let instrument):
      instrument
    case .positions(let instrument), .orders(let instrument), .algoOrders(let instrument):
      instrument
    case .account, .inverseAccount: nil
    }
  }

  /// Writes the `arg` that names the topic.
  func encode(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("channel", channel)
      writer.member("instId", instrument?.text, else: .missing)
    }
  }
}
