import Trading
import Units

/// What alerts read of a position, worked out by whoever keeps the account.
public struct PositionReadings: Sendable, Hashable {
  /// Contracts held, negative for a short.
  public let contracts: Contracts
  /// Profit or loss at mark.
  public let profit: Money
  /// The same as a fraction of the margin; nil when that is not known.
  public let returnOnMargin: Rate?
  /// The result over the initial risk; nil without one.
  public let rMultiple: Rate?
  /// The mark price.
  public let markPrice: Price
  /// Where the exchange would liquidate; nil when there is no such price.
  public let liquidationPrice: Price?
  /// Whether nothing protects it.
  public let isNaked: Bool
  /// Whether the exchange has not shown its stop.
  public let isUnproven: Bool

  /// States what is read.
  public init(
    contracts: Contracts, profit: Money, returnOnMargin: Rate?, rMultiple: Rate?,
    markPrice: Price, liquidationPrice: Price?, isNaked: Bool, isUnproven: Bool
  ) {
    self.contracts = contracts
    self.profit = profit
    self.returnOnMargin = returnOnMargin
    self.rMultiple = rMultiple
    self.markPrice = markPrice
    self.liquidationPrice = liquidationPrice
    self.isNaked = isNaked
    self.isUnproven = isUnproven
  }
}

extension AlertBook {
  /// Whether a rule looks at positions in an instrument.
  public func looksAtPosition(in instrument: InstrumentID) -> Bool {
    watchPositions[instrument].map { !watches[$0].positionLines.isEmpty } ?? false
  }

  /// The instruments whose positions rules look at.
  public var positionInstruments: [InstrumentID] { positionPlaces.map { watches[$0].instrument } }

  /// The figures of the account and the program that rules read.
  public var programReadings: [ReadingKind] { programKinds }

  /// Takes what is known of the position in an instrument; nil when nothing is held, which ends
  /// whatever was told of the last one. `isPriced` says whether its mark price can be believed: the
  /// first after a gap cannot, and what goes by it is left as it was.
  public mutating func setPosition(
    _ readings: PositionReadings?, in instrument: InstrumentID, isPriced: Bool = true,
    at now: Timestamp
  ) {
    guard let place = watchPositions[instrument] else { return }
    for line in watches[place].positionLines {
      guard let readings else {
        let isCounted = [.position, .naked, .unproven].contains(line.reading.kind)
        let wasHeld = slots[line.slot].value.map { !$0.isZero } ?? false
        apply(slots[line.slot].set(isCounted ? 0 : nil), line.slot, at: now)
        if wasHeld { rearm(readersOf: line.slot) }
        continue
      }
      guard isPriced || [.position, .naked, .unproven].contains(line.reading.kind) else { continue }
      apply(slots[line.slot].set(value(of: line.reading, readings)), line.slot, at: now)
    }
  }

  /// Takes a figure of the account or the program; nil when it is not known.
  public mutating func set(_ kind: ReadingKind, to value: Fixed?, at now: Timestamp) {
    guard let slot = slot(of: AlertReading(kind)) else { return }
    apply(slots[slot].set(value), slot, at: now)
  }

  /// Gives a reading of the market the value that it has, as for a rule that was just made while
  /// the stream was whole.
  public mutating func seed(_ event: MarketEvent, at now: Timestamp) {
    guard let place = event.alertInstrument.flatMap({ watchPositions[$0] }) else { return }
    let lines: [AlertWatch.Line]
    switch event {
    case .ticker(let ticker):
      lines = watches[place].tickerLines
      watches[place].lastTicker = watches[place].lastTicker ?? ticker
    case .mark(let mark):
      lines = watches[place].markLines
      watches[place].lastMark = watches[place].lastMark ?? mark
    case .funding(let funding):
      lines = watches[place].fundingLines
      watches[place].lastFunding = watches[place].lastFunding ?? funding
    case .instruments, .tiers, .book, .bookGap, .trade, .candle, .step, .candles: return
    }
    for line in lines where slots[line.slot].value == nil {
      guard let value = seedValue(line.reading.kind, event) else { continue }
      apply(slots[line.slot].set(value), line.slot, at: now)
    }
  }

  private func seedValue(_ kind: ReadingKind, _ event: MarketEvent) -> Fixed? {
    switch event {
    case .ticker(let ticker): AlertWatch.value(kind, in: ticker)
    case .mark(let mark): kind == .mark ? mark.markPrice.value : mark.indexPrice?.value
    case .funding(let funding): funding.rate.value.times(100)
    case .instruments, .tiers, .book, .bookGap, .trade, .candle, .step, .candles: nil
    }
  }

  private func value(of reading: AlertReading, _ readings: PositionReadings) -> Fixed? {
    switch reading.kind {
    case .position: readings.contracts.value
    case .pnl: readings.profit.value
    case .pnlPercent: readings.returnOnMargin?.value.times(100)
    case .pnlR: readings.rMultiple?.value
    case .naked: readings.isNaked ? 1 : 0
    case .unproven: readings.isUnproven ? 1 : 0
    case .liquidationPrice: distance(readings)
    case .liquidationPercent:
      distance(readings)?.times(100)
        .dividedIfPossible(by: readings.markPrice.value, .towardZero)
    case .liquidationATR:
      slot(of: reading.averageRange).flatMap { slots[$0].settledValue }.flatMap {
        distance(readings)?.dividedIfPossible(by: $0, .towardZero)
      }
    // No figures of a position.
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .age, .move, .high, .low, .close, .volume, .volumeRatio,
      .rsi, .ema, .sma, .atr, .zone, .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown,
      .linkDown, .clockSkew, .halted:
      nil
    }
  }

  private func distance(_ readings: PositionReadings) -> Fixed? {
    readings.liquidationPrice.map { (readings.markPrice - $0).magnitude.value }
  }
}

extension MarketEvent {
  fileprivate var alertInstrument: InstrumentID? {
    switch self {
    case .ticker(let ticker): ticker.instrument
    case .mark(let mark): mark.instrument
    case .funding(let funding): funding.instrument
    case .instruments, .tiers, .book, .bookGap, .trade, .candle, .step, .candles: nil
    }
  }
}
