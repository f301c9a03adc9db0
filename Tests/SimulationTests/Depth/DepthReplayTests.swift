import Foundation
import Simulation
import Testing
import Trading
import Units

/// Orders against a recorded book, held against a slow reference in plain arrays that shares no
/// code with the venue: it reads the file by itself and keeps every queue as a list.
@Suite struct DepthReplayTests {
  static let root = ProcessInfo.processInfo.environment["PERPDECK_SHARED"]
  static let name = "BTCUSDT_perp_binance_l2_trades_20240808.raw.gz"

  @Test(.enabled(if: root != nil, "PERPDECK_SHARED is not set"))
  func `fills on a recorded book are those of a slow reference`() throws {
    let path = try #require(Self.root) + "/market-data/l2/" + Self.name
    let file = try DepthFile(path: path, instrument: TestVenue.bitcoin)
    #expect(file.tradeCount > 20_000)
    var reference = PlainMarket(try PlainMarket.read(path))
    var recording = DepthRecording(file)
    let rules = VenueRules(accountTradesReachTape: false)
    var venue = try #require(
      SimulatedVenue(listings: recording.listings, rules: rules, startingAt: file.startTime))
    let account = venue.openAccount(deposit: 100_000_000, at: file.startTime)
    recording.start(in: &venue, at: file.startTime)
    var fills: [PlainMarket.Fill] = []
    var places: [OrderNumber: Int] = [:]
    var numbers: [OrderNumber] = []
    func collect() {
      for case .fill(_, let fill) in venue.takeOutputs() {
        guard let place = places[fill.order] else { continue }
        fills.append(
          PlainMarket.Fill(
            order: place, ticks: Int32(fill.price.value.raw / PlainMarket.tick),
            lots: Int64(fill.contracts.value.raw / PlainMarket.lot), isMaker: fill.isMaker))
      }
    }
    var random = SeededRandom(seed: 20_240_808)
    var moment = file.startTime
    while moment + .milliseconds(700) < file.endTime {
      moment = moment + .milliseconds(700)
      recording.run(&venue, until: moment)
      reference.run(until: moment.milliseconds)
      let wish = reference.wish(&random)
      if wish.cancels, let last = numbers.dropLast(3).last {
        _ = try? venue.cancel(.number(last), for: account, at: moment)
        reference.cancel(numbers.count - 4)
      }
      let price = Price(Fixed(raw: PlainMarket.tick * Int128(wish.ticks)))
      let ticket = OrderTicket.order(
        wish.side, Contracts(Fixed(raw: PlainMarket.lot * Int128(wish.lots))),
        wish.rests ? .limit(price) : .immediateOrCancel(price), mode: .cross)
      let place = numbers.count
      // The number is known before the first fill is told.
      let number = OrderNumber(1_000_000_000_001 + UInt64(place))
      places[number] = place
      #expect(try venue.place(ticket, for: account, at: moment).number == number)
      numbers.append(number)
      reference.place(wish)
      collect()
    }
    recording.run(&venue, until: file.endTime)
    reference.run(until: .max)
    collect()
    #expect(fills.count > 400, "\(fills.count) fills")
    #expect(fills.contains { $0.isMaker } && fills.contains { !$0.isMaker })
    #expect(fills == reference.fills)
    #expect(reference.crossedCount == 0)
  }

  @Test(.enabled(if: root != nil, "PERPDECK_SHARED is not set"))
  func `a recorded book replays without a gap and ends as its changes do`() throws {
    let path = try #require(Self.root) + "/market-data/l2/" + Self.name
    var recording = DepthRecording(try DepthFile(path: path, instrument: TestVenue.bitcoin))
    var venue = try #require(
      SimulatedVenue(listings: recording.listings, startingAt: recording.file.startTime))
    recording.start(in: &venue, at: recording.file.startTime)
    recording.run(&venue, until: recording.file.endTime)
    let market = try #require(venue.market(TestVenue.bitcoin))
    let book = venue.book(of: market, depth: 1)
    #expect(book.bids.first?.price == "61659.7")
    #expect(book.asks.first?.price == "61659.8")
  }

  @Test(.enabled(if: root != nil, "PERPDECK_SHARED is not set"))
  func `whole books without changes are taken as well`() throws {
    let root = try #require(Self.root)
    let file = try DepthFile(
      path: root + "/market-data/l2/BTC_hyperliquid_l2_20250126.raw.gz",
      instrument: TestVenue.bitcoin, roundsSizes: true)
    var recording = DepthRecording(file)
    var venue = try #require(
      SimulatedVenue(listings: recording.listings, startingAt: file.startTime))
    recording.start(in: &venue, at: file.startTime)
    recording.run(&venue, until: file.endTime)
    let market = try #require(venue.market(TestVenue.bitcoin))
    let book = venue.book(of: market, depth: 50)
    #expect(book.bids.count == 20 && book.asks.count == 20)
  }
}
