import Simulation
import Trading
import Units

/// A simulated exchange of one market with a wide price band, a mark price of 1,000 and accounts
/// that have money enough for any flow.
public struct FlowVenue {
  /// The exchange.
  public var venue: SimulatedVenue
  /// Its only market.
  public let market: MarketIndex
  private let accounts: [VenueAccountID]

  /// When everything happens.
  public static let start = Timestamp(milliseconds: 1_767_225_600_000)
  private static let bitcoin = InstrumentID("BTC-USDT")

  /// Opens it.
  public init(accounts: Int) {
    var listing = BuiltInListings.all[0]
    listing.thresholdX = "0.5"
    listing.thresholdY = "0.5"
    listing.thresholdZ = "0.5"
    guard var venue = SimulatedVenue(listings: [listing], startingAt: Self.start),
      let market = venue.market(Self.bitcoin)
    else { preconditionFailure("the built-in table counts exactly") }
    self.accounts = (0..<accounts).map { _ in
      venue.openAccount(deposit: 1_000_000_000, at: Self.start)
    }
    venue.applyMark("1000", index: "1000", to: market, at: Self.start)
    venue.discardOutputs()
    self.venue = venue
    self.market = market
  }

  /// Returns ticks as a price.
  public static func price(_ ticks: Int32) -> Price {
    Price(Fixed(raw: Int128(ticks) * 100_000_000_000_000_000))
  }

  /// Lets the market show lots at a price.
  public mutating func show(_ side: OrderSide, _ ticks: Int32, _ lots: Int64) {
    venue.apply(DepthChange(side: side, ticks: ticks, lots: lots), to: market, at: Self.start)
  }

  /// Lets so many orders of the first account rest on both sides.
  public mutating func rest(_ count: Int) {
    for place in 0..<Int32(count) {
      let side: OrderSide = place & 1 == 0 ? .buy : .sell
      let ticks = side == .buy ? 9_899 - place : 10_102 + place
      _ = placed(Self.order(side, ticks, 10, .isolated), 0)
    }
    venue.discardOutputs()
  }

  /// Places an order of the first account and cancels it, so many times.
  public mutating func placeAndCancel(_ rounds: Int) {
    for round in 0..<rounds {
      let side: OrderSide = round & 1 == 0 ? .buy : .sell
      let away = Int32(10 + round % 50)
      let ticks = side == .buy ? 10_000 - away : 10_000 + away
      let number = placed(Self.order(side, ticks, 20, .isolated), 0)
      precondition(cancel(number, 0), "an order that rests can be canceled")
      venue.discardOutputs()
    }
  }

  /// Carries out a flow, the accounts taking turns and both margin modes; hands everything that is
  /// announced to `body`, or to nobody.
  public mutating func take(_ flow: ExchangeFlow, _ body: ((VenueOutput) -> Void)? = nil) {
    var numbers = [OrderNumber?](repeating: nil, count: flow.operations.count)
    for (place, operation) in flow.operations.enumerated() {
      switch operation.kind {
      case .cancel(let earlier):
        // An order that has traded cannot be canceled any more.
        if let number = numbers[earlier] { _ = cancel(number, earlier % accounts.count) }
      case .limit, .sweep:
        var ticket = Self.order(
          operation.side, operation.ticks, operation.lots, place & 1 == 0 ? .isolated : .cross)
        if case .sweep = operation.kind {
          ticket.type = .immediateOrCancel(Self.price(operation.ticks))
        }
        numbers[place] = placed(ticket, place % accounts.count)
      }
      if let body { venue.drainOutputs(body) } else { venue.discardOutputs() }
    }
  }

  private mutating func placed(_ ticket: OrderTicket, _ account: Int) -> OrderNumber {
    do throws(VenueRefusal) {
      return try venue.place(ticket, for: accounts[account], at: Self.start).number
    } catch {
      preconditionFailure("the exchange takes sound orders: \(error)")
    }
  }

  private mutating func cancel(_ number: OrderNumber, _ account: Int) -> Bool {
    do throws(VenueRefusal) {
      try venue.cancel(.number(number), for: accounts[account], at: Self.start)
      return true
    } catch {
      precondition(error == .nothingToCancel, "the exchange cancels what rests: \(error)")
      return false
    }
  }

  private static func order(
    _ side: OrderSide, _ ticks: Int32, _ lots: Int64, _ mode: MarginMode
  ) -> OrderTicket {
    OrderTicket(
      instrument: bitcoin, marginMode: mode, side: side, type: .limit(price(ticks)),
      contracts: Contracts(Fixed(raw: Int128(lots) * 100_000_000_000_000_000)))
  }
}
