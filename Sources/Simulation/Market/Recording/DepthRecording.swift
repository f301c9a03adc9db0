import Trading
import Units

/// A recorded book with its trades as a market, replayed in the recording's own time.
///
/// What a public recording does not tell is made up by named rules. The **queue model** is the
/// book's: what a level gains joins its end, what it loses without a trade leaves from its end, so
/// an order moves forward by trades and by cancels that leave nothing behind it. Liquidity that an
/// account takes is back when the recording restates its level: a recorded market does not react.
/// Mark and index are the middle of the book, stated once a second; funding is zero.
public struct DepthRecording: MarketSource {
  /// What is replayed.
  public let file: DepthFile
  private var next = 0
  private var market: MarketIndex?
  private var nextMark: Timestamp

  /// Makes a market of a file.
  public init(_ file: DepthFile) {
    self.file = file
    nextMark = file.startTime
  }

  public var label: String { "recording \(file.name), queues by trades and cancels at the end" }

  public var listings: [Listing] { [file.listing] }

  public var nextTime: Timestamp? { next < file.events.count ? file.events[next].time : nil }

  /// States the first whole book. A venue that opens later than the recording begins is given what
  /// has happened until then in one go.
  public mutating func start(in venue: inout SimulatedVenue, at time: Timestamp) {
    guard let market = venue.market(file.listing.id) else {
      preconditionFailure("the venue lists what its source states")
    }
    self.market = market
    apply(to: &venue)
    while let nextTime, nextTime <= time { apply(to: &venue) }
    stateMark(&venue, market, max(time, file.startTime))
  }

  public mutating func step(_ venue: inout SimulatedVenue) {
    guard let market, let time = nextTime else { return }
    while nextTime == time { apply(to: &venue) }
    if time >= nextMark { stateMark(&venue, market, time) }
  }

  private mutating func apply(to venue: inout SimulatedVenue) {
    guard let market else { return }
    let event = file.events[next]
    next += 1
    switch event.kind {
    case .trade:
      venue.applyTrade(
        event.side, ticks: event.ticks, lots: event.lots, to: market, at: event.time)
    case .book, .change:
      venue.apply(
        file.changes[event.range], replacing: event.kind == .book, to: market, at: event.time)
    }
  }

  private mutating func stateMark(
    _ venue: inout SimulatedVenue, _ market: MarketIndex, _ time: Timestamp
  ) {
    guard let middle = venue.middle(of: market) else { return }
    venue.applyMark(middle, index: middle, to: market, at: time)
    nextMark = time.start(of: .seconds(1)) + .seconds(1)
  }
}

extension SimulatedVenue {
  /// Returns the middle between best bid and best ask; nil when a side is empty.
  func middle(of market: MarketIndex) -> Price? {
    guard let bid = markets[market.index].book.best(.bids),
      let ask = markets[market.index].book.best(.asks)
    else { return nil }
    let units = markets[market.index].units
    return Price(
      (units.price(bid).value + units.price(ask).value).divided(by: 2, .towardZero))
  }
}
