import Risk
import Trading
import Units

extension DayLimits: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(lossMaximum)
    writer.put(lossMoneyMaximum)
    writer.put(drawdownMaximum)
    writer.put(stopOutsInARowMaximum)
    writer.putByte(afterStopOuts == .halt ? 1 : 0)
    writer.put(tradesPerDayMaximum)
    writer.put(cooldownAfterStop)
    writer.put(cooldownAfterWin)
    writer.put(tradingHours)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      lossMaximum: try reader.get(), lossMoneyMaximum: try reader.get(),
      drawdownMaximum: try reader.get(), stopOutsInARowMaximum: try reader.get(),
      afterStopOuts: try reader.getByte() == 1 ? .halt : .approval,
      tradesPerDayMaximum: try reader.get(), cooldownAfterStop: try reader.get(),
      cooldownAfterWin: try reader.get(), tradingHours: try reader.get())
  }
}

extension SizeLimits: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(bookShareMaximum)
    writer.put(medianMultipleMaximum)
    writer.put(rangeMoveMaximum)
    writer.put(correlatedNotionalMaximum)
    writer.put(correlationMinimum)
    writer.put(liquidationWarning)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      bookShareMaximum: try reader.get(), medianMultipleMaximum: try reader.get(),
      rangeMoveMaximum: try reader.get(), correlatedNotionalMaximum: try reader.get(),
      correlationMinimum: try reader.get(), liquidationWarning: try reader.get())
  }
}

extension StrategyLimits: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(name)
    writer.put(riskPerTradeMaximum)
    writer.put(notionalPerPairMaximum)
    writer.put(notionalPerPairMoneyMaximum)
    writer.put(dailyLossMaximum)
    writer.put(dailyLossMoneyMaximum)
    writer.put(tradesPerDayMaximum)
    writer.put(stopOutsInARowMaximum)
    writer.put(afterStopOuts)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      name: try reader.get(), riskPerTradeMaximum: try reader.get(),
      notionalPerPairMaximum: try reader.get(), notionalPerPairMoneyMaximum: try reader.get(),
      dailyLossMaximum: try reader.get(), dailyLossMoneyMaximum: try reader.get(),
      tradesPerDayMaximum: try reader.get(), stopOutsInARowMaximum: try reader.get(),
      afterStopOuts: try reader.get())
  }
}

extension TradingHours: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    for day in Weekday.allCases {
      // A window is never empty, so that two equal ends stand for none.
      let window = self[day]
      writer.putWhole(Int64(window.map(\.from.minutes) ?? 1_440))
      writer.putWhole(Int64(window.map(\.to.minutes) ?? 1_440))
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self = .always
    for day in Weekday.allCases {
      let from = try reader.getWhole()
      let to = try reader.getWhole()
      guard (0...1_440).contains(from), (0...1_440).contains(to), from <= to else {
        throw .invalidValue(at: reader.position)
      }
      self[day] =
        from == to
        ? nil
        : DayWindow(from: TimeOfDay(minutes: Int(from)), to: TimeOfDay(minutes: Int(to)))
    }
  }
}

extension CycleID: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(text) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) { self.init(try reader.getText()) }
}

extension PlanID: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(text) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) { self.init(try reader.getText()) }
}

extension PositionCycle.Ending: BinaryCodable {
  func encode(into writer: inout ByteWriter) { writer.putText(rawValue) }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    guard let ending = Self(rawValue: try reader.getText()) else {
      throw .invalidValue(at: reader.position)
    }
    self = ending
  }
}

extension PositionCycle: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(side)
    writer.put(source)
    writer.put(openedAt)
    writer.put(closedAt)
    writer.put(entryPrice)
    writer.put(exitPrice)
    writer.put(peakContracts)
    writer.put(initialStop)
    writer.put(initialRisk)
    writer.put(realizedPnL)
    writer.put(fees)
    writer.put(funding)
    writer.put(bestPrice)
    writer.put(worstPrice)
    writer.put(ending)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let key: PositionKey = try reader.get()
    let side: PositionSide = try reader.get()
    let source: CommandSource? = try reader.get()
    let openedAt: Timestamp = try reader.get()
    let closedAt: Timestamp? = try reader.get()
    let entryPrice: Price = try reader.get()
    let exitPrice: Price? = try reader.get()
    self.init(
      key: key, side: side, source: source, openedAt: openedAt, entryPrice: entryPrice,
      peakContracts: try reader.get())
    self.closedAt = closedAt
    self.exitPrice = exitPrice
    initialStop = try reader.get()
    initialRisk = try reader.get()
    realizedPnL = try reader.get()
    fees = try reader.get()
    funding = try reader.get()
    bestPrice = try reader.get()
    worstPrice = try reader.get()
    ending = try reader.get()
  }
}

extension PlanRecord: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.putText(kind)
    writer.put(instrument)
    writer.put(source)
    writer.putText(state.rawValue)
    writer.putText(step)
    writer.putBytes(body)
    writer.put(startedAt)
    writer.put(at)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let id: PlanID = try reader.get()
    let kind = try reader.getText()
    let instrument: InstrumentID? = try reader.get()
    let source: CommandSource = try reader.get()
    guard let state = State(rawValue: try reader.getText()) else {
      throw .invalidValue(at: reader.position)
    }
    self.init(
      id: id, kind: kind, instrument: instrument, source: source, state: state,
      step: try reader.getText(), body: try reader.getBytes(), startedAt: try reader.get(),
      at: try reader.get())
  }
}
