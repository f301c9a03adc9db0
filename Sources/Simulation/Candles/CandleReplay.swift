import EventLoop
import Exchanges
import Trading
import Units

/// The simulated exchange over series of candles on a loop: an ``Exchange`` like any other, with
/// the fill model of backtests.
///
/// Candles end in the last millisecond before the next ones open; what follows from that is told
/// then. What the opening of the next ones brings is told with it, and behind it each candle that
/// closed. A bot that trades here on a virtual loop decides, fills and stands in the end as in the
/// backtest of the same candles.
@MainActor
public final class CandleReplay: Exchange {
  public let id: ExchangeID
  /// The exchange without the loop; reports read it.
  public private(set) var market: CandleExchange
  /// Whether the last candle has ended.
  public private(set) var isOver = false

  private let loop: any Loop
  private var latency: LatencyModel
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var pump: TimerToken?

  /// Puts candles on a loop that stands at the opening of the first. Requests that act on the
  /// market take `latency` to arrive, others no time; answers come back at once.
  public init(
    _ market: CandleExchange, id: ExchangeID = ExchangeID("simulated"),
    latency: LatencyModel = .none, loop: any Loop
  ) {
    self.market = market
    self.id = id
    self.latency = latency
    self.loop = loop
  }

  /// What is told first: everything is connected, the clocks agree.
  nonisolated public static func greeting(at now: Timestamp) -> [ExchangeEvent] {
    [
      .link(.requests, .up), .link(.publicStream, .up), .link(.privateStream, .up),
      .serverTime(now, sentAt: now, receivedAt: now),
    ]
  }

  public func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    precondition(self.sink == nil, "an exchange is connected once")
    self.sink = sink
    post(Self.greeting(at: now))
    scheduleOpening()
  }

  public func perform(_ request: ExchangeRequest, as id: RequestID) {
    guard !latency.outward.isZero, request.actsOnMarket else { return carryOut(request, id) }
    loop.schedule(after: latency.drawOutward().milliseconds) { [weak self] in
      self?.carryOut(request, id)
    }
  }

  public func disconnect() {
    sink = nil
    if let pump { loop.cancel(pump) }
    pump = nil
  }

  private func carryOut(_ request: ExchangeRequest, _ id: RequestID) {
    guard sink != nil else { return }
    var events: [ExchangeEvent] = []
    market.perform(request, as: id, at: now) { events.append($0) }
    post(events)
  }

  private func finish() {
    if market.nextTime == nil {
      market.finishLastCandles()
      isOver = true
    } else {
      market.finishCandles()
    }
    var events: [ExchangeEvent] = []
    market.takeEvents { events.append($0) }
    post(events)
    scheduleOpening()
  }

  private func open() {
    var events: [ExchangeEvent] = []
    market.openCandles()
    market.takeEvents { events.append($0) }
    for place in 0..<market.seriesCount where market.closedRow(of: place) != nil {
      events.append(.market(.step(market.step(of: place))))
    }
    for event in events { sink?(event) }
    let end = market.nextTime ?? market.endTime
    pump = loop.schedule(at: WallTime(milliseconds: end.milliseconds - 1)) { [weak self] in
      self?.finish()
    }
  }

  private func scheduleOpening() {
    guard let next = market.nextTime else { return }
    pump = loop.schedule(at: WallTime(milliseconds: next.milliseconds)) { [weak self] in
      self?.open()
    }
  }

  private func post(_ events: [ExchangeEvent]) {
    guard !events.isEmpty else { return }
    loop.post { [weak self] in
      for event in events { self?.sink?(event) }
    }
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }
}

extension ExchangeRequest {
  /// Whether it acts on the market, so that its way there matters.
  public var actsOnMarket: Bool {
    switch self {
    case .submit, .cancel, .protect, .cancelTrigger, .closePosition: true
    case .setLeverage, .setPositionMode, .accountSnapshot, .orderStatus, .instruments, .candles,
      .tiers, .subscribe:
      false
    }
  }
}
