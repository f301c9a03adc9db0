import ArgumentParser
import BloFin
import JSONText
import Settings
import Trading
import Units

/// What every question about the market takes.
struct PublicOptions: ParsableArguments {
  @Option(help: "Whose market: live or demo.")
  var mode = BloFinHosts.Environment.live

  @Option(help: "An exchange on this machine instead of BloFin's own.")
  var server: String?

  @Flag(help: "Answer with one JSON object.")
  var json = false
}

/// Names of instruments as people type them.
enum InstrumentNames {
  /// Returns `BTC-USDT` for `btc`; the default pairs when there is none.
  static func read(_ names: [String]) throws -> [InstrumentID] {
    let found = try names.map { name in
      try InstrumentID(typed: (name.contains("-") ? name : name + "-USDT").uppercased())
    }
    return found.isEmpty ? PairsSettings().list.map(\.instrument) : found
  }
}

extension InstrumentID {
  /// Takes a name that somebody typed.
  init(typed text: String) throws {
    guard let name = InstrumentID(text) else {
      throw ProgramFailure("\(text): the name of an instrument has at most 32 letters")
    }
    self = name
  }
}

/// Shows last prices.
struct TickersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tickers", abstract: "Show last, bid, ask and the day of instruments; no key.",
    discussion: """
      EXAMPLES
        perpdeck tickers
        perpdeck tickers BTC ETH XRP-USDT --json
      """)

  @Argument(help: "The instruments, such as BTC or BTC-USDT.")
  var instruments: [String] = []

  @OptionGroup var options: PublicOptions

  func run() throws {
    let wanted = try InstrumentNames.read(instruments)
    try MainActor.assumeIsolated {
      try PublicReader.run(options, wanted, .streams(wanted.map { .ticker($0) })) { answer in
        tell(wanted.compactMap { answer.tickers[$0] })
      }
    }
  }

  private func tell(_ tickers: [Ticker]) {
    guard !options.json else {
      JSONOutput.object { writer in
        CSV.write(
          "tickers",
          [
            "instrument", "last", "bid", "ask", "open24h", "high24h", "low24h", "volume24h", "time",
          ],
          tickers.map { ticker in
            [
              .text(ticker.instrument.text), .number(ticker.lastPrice.value),
              .number(ticker.bidPrice?.value), .number(ticker.askPrice?.value),
              .number(ticker.openPrice24h.value), .number(ticker.highPrice24h.value),
              .number(ticker.lowPrice24h.value), .number(ticker.baseVolume24h.value),
              .text(ticker.exchangeTime.isoText),
            ]
          }, to: &writer)
      }
      return
    }
    var table = TextTable([
      ("instrument", .left), ("last", .right), ("24h %", .right), ("bid", .right), ("ask", .right),
      ("high", .right), ("low", .right), ("volume", .right),
    ])
    for ticker in tickers {
      let move = (ticker.lastPrice - ticker.openPrice24h)
        .fraction(of: ticker.openPrice24h, .towardZero)
      table.add([
        ticker.instrument.text, "\(ticker.lastPrice)",
        move.map { $0.value.times(100).text(places: 2, .towardZero) } ?? "-",
        ticker.bidPrice.map { "\($0)" } ?? "-", ticker.askPrice.map { "\($0)" } ?? "-",
        "\(ticker.highPrice24h)", "\(ticker.lowPrice24h)",
        ticker.baseVolume24h.value.text(places: 0, .down),
      ])
    }
    StandardOutput.write(table.text)
  }
}

/// Shows a book.
struct BookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book", abstract: "Show the order book of an instrument; no key.",
    discussion: """
      EXAMPLES
        perpdeck book BTC --depth 5
      """)

  @Argument(help: "The instrument, such as BTC or BTC-USDT.")
  var instrument: String

  @Option(help: "How many levels of each side: 1 to 200.")
  var depth = 10

  @OptionGroup var options: PublicOptions

  func validate() throws {
    guard (1...200).contains(depth) else {
      throw ValidationError("--depth \(depth): allowed is 1 to 200")
    }
  }

  func run() throws {
    let wanted = try InstrumentNames.read([instrument])
    try MainActor.assumeIsolated {
      try PublicReader.run(options, wanted, .streams(wanted.map { .book($0) })) { answer in
        for id in wanted {
          if let book = answer.books[id] { tell(book, answer.instruments[id]) }
        }
      }
    }
  }

  private func tell(_ book: BookUpdate, _ instrument: Instrument?) {
    let bids = Array(book.bids.prefix(depth))
    let asks = Array(book.asks.prefix(depth))
    guard !options.json else {
      JSONOutput.object { writer in
        writer.member("instrument", book.instrument.text)
        writer.member("time", book.exchangeTime.isoText)
        for (name, levels) in [("bids", bids), ("asks", asks)] {
          CSV.write(
            name, ["price", "contracts"],
            levels.map { [.number($0.price.value), .number($0.contracts.value)] }, to: &writer)
        }
      }
      return
    }
    var table = TextTable([
      ("bid size", .right), ("bid", .right), ("ask", .right), ("ask size", .right),
    ])
    for row in 0..<max(bids.count, asks.count) {
      let bid = row < bids.count ? bids[row] : nil
      let ask = row < asks.count ? asks[row] : nil
      table.add([
        bid.map { "\($0.contracts)" } ?? "", bid.map { "\($0.price)" } ?? "",
        ask.map { "\($0.price)" } ?? "", ask.map { "\($0.contracts)" } ?? "",
      ])
    }
    let value = instrument.map { ", one is \($0.contractValue) \($0.baseCurrency)" } ?? ""
    StandardOutput.write("\(book.instrument), sizes in contracts\(value)\n\(table.text)")
  }
}

/// Shows funding rates.
struct FundingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "funding", abstract: "Show the coming funding of instruments; no key.",
    discussion: """
      A positive rate is paid by longs to shorts.

      EXAMPLES
        perpdeck funding
        perpdeck funding BTC --json
      """)

  @Argument(help: "The instruments, such as BTC or BTC-USDT.")
  var instruments: [String] = []

  @OptionGroup var options: PublicOptions

  func run() throws {
    let wanted = try InstrumentNames.read(instruments)
    let topics = wanted.flatMap { [MarketSubscription.funding($0), .mark($0)] }
    try MainActor.assumeIsolated {
      try PublicReader.run(options, wanted, .streams(topics)) { answer in
        tell(wanted.compactMap { answer.fundings[$0] }, answer.marks)
      }
    }
  }

  private func tell(_ fundings: [FundingRate], _ marks: [InstrumentID: MarkPrice]) {
    guard !options.json else {
      JSONOutput.object { writer in
        CSV.write(
          "funding", ["instrument", "rate", "nextTime", "mark"],
          fundings.map { funding in
            [
              .text(funding.instrument.text), .number(funding.rate.value),
              .text(funding.nextFundingTime.isoText),
              .number(marks[funding.instrument]?.markPrice.value),
            ]
          }, to: &writer)
      }
      return
    }
    var table = TextTable([
      ("instrument", .left), ("rate %", .right), ("settles (UTC)", .left), ("mark", .right),
    ])
    for funding in fundings {
      table.add([
        funding.instrument.text, funding.rate.value.times(100).text(places: 4, .towardZero),
        "\(funding.nextFundingTime.dateText) \(funding.nextFundingTime.timeText)",
        marks[funding.instrument].map { "\($0.markPrice)" } ?? "-",
      ])
    }
    StandardOutput.write(table.text)
  }
}
