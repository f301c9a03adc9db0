import Risk
import Trading
import Units

extension SizeRequest: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .contracts(let contracts):
      writer.putByte(0)
      writer.put(contracts)
    case .baseAmount(let amount):
      writer.putByte(1)
      writer.put(amount)
    case .notional(let notional):
      writer.putByte(2)
      writer.put(notional)
    case .marginShare(let share):
      writer.putByte(3)
      writer.put(share)
    case .riskShare(let share):
      writer.putByte(4)
      writer.put(share)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .contracts(try reader.get())
    case 1: self = .baseAmount(try reader.get())
    case 2: self = .notional(try reader.get())
    case 3: self = .marginShare(try reader.get())
    case 4: self = .riskShare(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension StopPlan: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .none: writer.putByte(0)
    case .stop(let trigger):
      writer.putByte(1)
      writer.put(trigger)
    case .liquidation: writer.putByte(2)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .none
    case 1: self = .stop(try reader.get())
    case 2: self = .liquidation
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension OpeningIntent: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(side)
    writer.put(marginMode)
    writer.put(type)
    writer.put(size)
    writer.put(stop)
    writer.put(takeProfit)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), side: try reader.get(), marginMode: try reader.get(),
      type: try reader.get(), size: try reader.get(), stop: try reader.get(),
      takeProfit: try reader.get())
  }
}

extension ClosingIntent: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(share)
    writer.put(type)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(key: try reader.get(), share: try reader.get(), type: try reader.get())
  }
}

extension CommandSource: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .keyboard: writer.putByte(0)
    case .control: writer.putByte(1)
    case .strategy(let name):
      writer.putByte(2)
      writer.put(name)
    case .web: writer.putByte(3)
    case .agent(let name):
      writer.putByte(4)
      writer.put(name)
    case .engine: writer.putByte(5)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .keyboard
    case 1: self = .control
    case 2: self = .strategy(try reader.get())
    case 3: self = .web
    case 4: self = .agent(try reader.get())
    case 5: self = .engine
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension RiskLimits: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(riskPerTradeDefault)
    writer.put(riskPerTradeMaximum)
    writer.put(rewardToRiskMinimum)
    writer.put(notionalPerPairMaximum)
    writer.put(notionalTotalMaximum)
    writer.put(marginUsedMaximum)
    writer.put(leverageMaximum)
    writer.put(openPositionsMaximum)
    writer.put(ordersPerMinuteMaximum)
    writer.put(priceCollar)
    writer.put(priceDivergenceMaximum)
    writer.put(slippageAllowance)
    writer.put(liquidationDistanceMinimum)
    writer.put(liquidationMayBeStop)
    writer.put(marketAgeMaximum)
    writer.put(balanceAgeMaximum)
    writer.put(clockOffsetMaximum)
    writer.put(marginPerTrade)
    writer.put(duplicateWindow)
    writer.put(day)
    writer.put(size)
    writer.put(pace.ordersPerSecondMaximum)
    writer.put(pace.wishesPerMinuteMaximum)
    writer.put(strategies)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      riskPerTradeDefault: try reader.get(), riskPerTradeMaximum: try reader.get(),
      rewardToRiskMinimum: try reader.get(), notionalPerPairMaximum: try reader.get(),
      notionalTotalMaximum: try reader.get(), marginUsedMaximum: try reader.get(),
      leverageMaximum: try reader.get(), openPositionsMaximum: try reader.get(),
      ordersPerMinuteMaximum: try reader.get(), priceCollar: try reader.get(),
      priceDivergenceMaximum: try reader.get(), slippageAllowance: try reader.get(),
      liquidationDistanceMinimum: try reader.get(), liquidationMayBeStop: try reader.get(),
      marketAgeMaximum: try reader.get(), balanceAgeMaximum: try reader.get(),
      clockOffsetMaximum: try reader.get(), marginPerTrade: try reader.get(),
      duplicateWindow: try reader.get(), day: try reader.get(), size: try reader.get(),
      pace: PaceLimits(
        ordersPerSecondMaximum: try reader.get(), wishesPerMinuteMaximum: try reader.get()),
      strategies: try reader.get())
  }
}

extension RiskFigures: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(equity)
    writer.put(referencePrice)
    writer.put(notional)
    writer.put(margin)
    writer.put(leverage)
    writer.put(lossAtStop)
    writer.put(riskFraction)
    writer.put(rewardToRisk)
    writer.put(liquidationPrice)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      equity: try reader.get(), referencePrice: try reader.get(), notional: try reader.get(),
      margin: try reader.get(), leverage: try reader.get(), lossAtStop: try reader.get(),
      riskFraction: try reader.get(), rewardToRisk: try reader.get(),
      liquidationPrice: try reader.get())
  }
}

extension IntentRecord.Action: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .order(let request):
      writer.putByte(0)
      writer.put(request)
    case .protection(let request):
      writer.putByte(1)
      writer.put(request)
    case .closePosition(let key, let id):
      writer.putByte(2)
      writer.put(key)
      writer.put(id)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .order(try reader.get())
    case 1: self = .protection(try reader.get())
    case 2: self = .closePosition(try reader.get(), try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension IntentRecord: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(action)
    writer.put(purpose)
    writer.put(source)
    writer.put(reasons)
    writer.put(figures)
    writer.put(state)
    writer.put(at)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      action: try reader.get(), purpose: try reader.get(), source: try reader.get(),
      reasons: try reader.get(), figures: try reader.get(), state: try reader.get(),
      at: try reader.get())
  }
}

extension BotStateRecord: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(state)
    writer.put(reason)
    writer.put(source)
    writer.put(at)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      state: try reader.get(), reason: try reader.get(), source: try reader.get(),
      at: try reader.get())
  }
}

extension EquityRecord: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(occasion)
    writer.put(equity)
    writer.put(cash)
    writer.put(at)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      occasion: try reader.get(), equity: try reader.get(), cash: try reader.get(),
      at: try reader.get())
  }
}
