import MarketData
import Trading
import Units

extension AlertBook {
  /// Takes what an exchange said about its markets. Candles come by ``candleClosed(_:_:at:)``.
  public mutating func take(_ event: MarketEvent, at now: Timestamp) {
    switch event {
    case .ticker(let ticker):
      guard let place = heard(ticker.instrument, at: now) else { return }
      take(ticker, place, at: now)
    case .mark(let mark):
      guard let place = heard(mark.instrument, at: now) else { return }
      take(mark, place, at: now)
    case .funding(let funding):
      guard let place = heard(funding.instrument, at: now) else { return }
      watches[place].lastFunding = funding
      for line in watches[place].fundingLines {
        feed(funding.rate.value.times(100), to: line.slot, at: now)
      }
    case .trade(let trade): _ = heard(trade.instrument, at: now)
    case .book(let update): _ = heard(update.instrument, at: now)
    case .instruments, .tiers, .bookGap, .candle, .step, .candles: break
    }
    if let first = firstExpiry, first <= now { expire(at: now) }
    if let first = firstCooldownEnd, first <= now { endCooldowns(at: now) }
  }

  /// The public stream broke: what comes next may be late, and candles that were open may lack a
  /// part.
  public mutating func lose(at now: Timestamp) {
    for place in watches.indices { lose(place, at: now) }
  }

  /// A candle of an instrument closed, or candles of the past were read: the last of the series
  /// counts.
  public mutating func candleClosed(
    _ instrument: InstrumentID, _ series: CandleSeries, at now: Timestamp
  ) {
    guard let place = watchPositions[instrument], let newest = series.closed.last else { return }
    let isDoubtful = watches[place].gapAt.map { newest.openTime < $0 } ?? false
    for line in watches[place].candleLines where line.reading.timeFrame == series.timeFrame {
      let value = Self.value(of: line.reading, series)
      if isDoubtful, let value {
        slots[line.slot].take(doubtful: value)
      } else {
        apply(slots[line.slot].set(value), line.slot, at: now)
      }
    }
    for zone in watches[place].zones.indices
    where watches[place].zones[zone].timeFrame == series.timeFrame {
      let known = watches[place].zones[zone].newestAt
      for candle in series.closed where known.map({ candle.openTime > $0 }) ?? true {
        _ = watches[place].zones[zone].detector.update(candle)
      }
      watches[place].zones[zone].newestAt = newest.openTime
    }
  }

  /// Lets time pass for what changes with it: ages, windows, the time to funding, expiry.
  public mutating func pass(to now: Timestamp) {
    expire(at: now)
    for place in watches.indices {
      for line in watches[place].clockLines {
        apply(slots[line.slot].set(clockValue(line.reading.kind, place, now)), line.slot, at: now)
      }
      guard !watches[place].windows.isEmpty else { continue }
      for window in watches[place].windows.indices { watches[place].windows[window].pass(to: now) }
      readWindows(place, onlySettled: true, at: now)
    }
    endCooldowns(at: now)
  }

  /// Whether a rule reads something that changes with time alone, ends, or waits for the end of its
  /// cool-down.
  public var needsClock: Bool {
    firstExpiry != nil || followsClock || firstCooldownEnd != nil
  }

  private mutating func take(_ ticker: Ticker, _ place: Int, at now: Timestamp) {
    if let last = watches[place].lastTicker {
      guard isNews(ticker.exchangeTime, after: last.exchangeTime), ticker != last else { return }
    }
    watches[place].lastTicker = ticker
    for line in watches[place].tickerLines {
      guard let value = AlertWatch.value(line.reading.kind, in: ticker) else { continue }
      feed(value, to: line.slot, at: now)
    }
    if !watches[place].windows.isEmpty {
      for window in watches[place].windows.indices {
        watches[place].windows[window].add(ticker.lastPrice.value, at: now)
      }
      readWindows(place, onlySettled: false, at: now)
    }
    for zone in watches[place].zones {
      let isInside = zone.detector.zones.contains { $0.contains(ticker.lastPrice) }
      if zone.newestAt != nil { feed(isInside ? 1 : 0, to: zone.slot, at: now) }
    }
  }

  private mutating func take(_ mark: MarkPrice, _ place: Int, at now: Timestamp) {
    if let last = watches[place].lastMark {
      guard isNews(mark.exchangeTime, after: last.exchangeTime), mark != last else { return }
    }
    watches[place].lastMark = mark
    for line in watches[place].markLines {
      let price = line.reading.kind == .mark ? mark.markPrice : mark.indexPrice
      if let price { feed(price.value, to: line.slot, at: now) }
    }
  }

  /// Reads the windows of an instrument. The clock alone tells only of those that are known: after
  /// a gap they wait for ticks.
  private mutating func readWindows(_ place: Int, onlySettled: Bool, at now: Timestamp) {
    for (line, position) in watches[place].windowLines
    where !onlySettled || slots[line.slot].trust == .settled {
      let window = watches[place].windows[position]
      let value: Fixed? =
        switch line.reading.kind {
        case .high: window.reach(at: now)?.high
        case .low: window.reach(at: now)?.low
        case .move:
          window.start(at: now).flatMap { start in
            window.newest.flatMap { AlertWatch.percent($0, over: start) }
          }
        // Nothing that is read over a length of time.
        case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
          .low24h, .volume24h, .openInterest, .age, .close, .volume, .volumeRatio, .rsi, .ema, .sma,
          .atr, .zone, .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent, .liquidationPrice,
          .liquidationATR, .naked, .unproven, .equity, .dayPnL, .dayLossUsed, .marginUsed,
          .drawdown, .linkDown, .clockSkew, .halted:
          nil
        }
      // A window without its beginning is not known yet, which is no gap.
      guard let value else { continue }
      feed(value, to: line.slot, at: now)
    }
  }

  /// Notes that an instrument was heard of; nil when no rule looks at it.
  @inline(__always)
  private mutating func heard(_ instrument: InstrumentID, at now: Timestamp) -> Int? {
    guard let place = watchPositions[instrument] else { return nil }
    if let last = watches[place].heardAt, now - last > silence { lose(place, at: now) }
    watches[place].heardAt = now
    return place
  }

  /// Whether a message tells something new: a late one does not.
  ///
  /// One that is behind by more than a silence is not late: the stamp before it was false, or the
  /// exchange has set its clock back. Rules would be blind until that moment came again (B15).
  @inline(__always)
  private func isNews(_ stated: Timestamp, after last: Timestamp) -> Bool {
    stated >= last || last - stated > silence
  }

  private mutating func lose(_ place: Int, at now: Timestamp) {
    watches[place].gapAt = now
    watches[place].lastTicker = nil
    watches[place].lastMark = nil
    for line in watches[place].tickerLines { slots[line.slot].lose() }
    for line in watches[place].markLines { slots[line.slot].lose() }
    for line in watches[place].fundingLines { slots[line.slot].lose() }
    for (line, _) in watches[place].windowLines { slots[line.slot].lose() }
    for zone in watches[place].zones { slots[zone.slot].lose() }
  }

  private func clockValue(_ kind: ReadingKind, _ place: Int, _ now: Timestamp) -> Fixed? {
    let span: TimeSpan? =
      kind == .age
      ? watches[place].heardAt.map { now - $0 }
      : watches[place].lastFunding.map { $0.nextFundingTime - now }
    return span.map { Fixed(raw: Int128($0.milliseconds) * 1_000_000_000_000_000) }
  }

  @inline(__always)
  private mutating func feed(_ value: Fixed, to slot: Int, at now: Timestamp) {
    apply(slots[slot].take(value), slot, at: now)
  }

  /// Looks at the rules that a new value touches.
  @inline(__always)
  mutating func apply(_ touch: AlertSlot.Touch, _ slot: Int, at now: Timestamp) {
    switch touch {
    case .nothing: return
    case .everyone:
      for place in slots[slot].readers.indices {
        evaluate(slots[slot].readers[place], at: now)
      }
    case .levels(let range):
      for place in range { evaluate(slots[slot].levels[place].rule, at: now) }
      for place in slots[slot].watchers.indices {
        evaluate(slots[slot].watchers[place], at: now)
      }
    }
  }

  /// Begins to look at a reading.
  mutating func watch(_ reading: AlertReading, _ slot: Int) {
    if reading.kind.followsClock { followsClock = true }
    guard let instrument = reading.instrument else { return programKinds.append(reading.kind) }
    let place = watchPositions[instrument] ?? watches.count
    if place == watches.count {
      watches.append(AlertWatch(instrument))
      watchPositions[instrument] = place
    }
    let hadPosition = !watches[place].positionLines.isEmpty
    watches[place].add(AlertWatch.Line(reading: reading, slot: slot))
    if !hadPosition, !watches[place].positionLines.isEmpty { positionPlaces.append(place) }
    guard reading.kind == .liquidationATR else { return }
    // Its unit is another reading, which must be looked at as well.
    _ = slotPosition(of: reading.averageRange)
  }

  private static func value(of reading: AlertReading, _ series: CandleSeries) -> Fixed? {
    switch reading.kind {
    case .close: series.closed.last?.close.value
    case .volume: series.closed.last?.volume.value
    case .volumeRatio: series.volumeRatio(reading.period)
    case .rsi: series.relativeStrength(reading.period)
    case .ema: series.exponentialAverage(reading.period)
    case .sma: series.average(reading.period)
    case .atr: series.averageTrueRange(reading.period)
    // Nothing that closed candles give; whether a price is in a zone is asked at each tick.
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .age, .move, .high, .low, .zone, .position, .pnl,
      .pnlPercent, .pnlR, .liquidationPercent, .liquidationPrice, .liquidationATR, .naked,
      .unproven, .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .linkDown, .clockSkew,
      .halted:
      nil
    }
  }
}

extension AlertReading {
  /// The average true range that a distance in such ranges counts by.
  var averageRange: AlertReading {
    AlertReading(.atr, instrument, timeFrame: timeFrame, period: period)
  }
}
