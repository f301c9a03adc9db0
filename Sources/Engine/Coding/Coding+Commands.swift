import Risk
import Trading
import Units

extension Command: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .open(let intent):
      writer.putByte(0)
      writer.put(intent)
    case .close(let intent):
      writer.putByte(1)
      writer.put(intent)
    case .cancel(let instrument, let reference):
      writer.putByte(2)
      writer.put(instrument)
      writer.put(reference)
    case .cancelTrigger(let instrument, let id):
      writer.putByte(3)
      writer.put(instrument)
      writer.put(id)
    case .cancelAll(let instrument):
      writer.putByte(4)
      writer.put(instrument)
    case .flatten(let instrument):
      writer.putByte(5)
      writer.put(instrument)
    case .protect(let key, let stopLoss, let takeProfit):
      writer.putByte(6)
      writer.put(key)
      writer.put(stopLoss)
      writer.put(takeProfit)
    case .moveTarget(let key, let id, let target):
      writer.putByte(45)
      writer.put(key)
      writer.put(id)
      writer.put(target)
    case .setLeverage(let instrument, let mode, let leverage):
      writer.putByte(7)
      writer.put(instrument)
      writer.put(mode)
      writer.put(leverage)
    case .setPositionMode(let mode):
      writer.putByte(8)
      writer.put(mode)
    case .setState(let state, let reason):
      writer.putByte(9)
      writer.put(state)
      writer.put(reason)
    case .reconcile: writer.putByte(10)
    case .loadCandles(let instrument, let timeFrame, let before, let limit):
      writer.putByte(11)
      writer.put(instrument)
      writer.put(timeFrame)
      writer.put(before)
      writer.put(limit)
    case .setLimits(let limits):
      writer.putByte(12)
      writer.put(limits)
    case .note(let text, let instrument):
      writer.putByte(13)
      writer.put(text)
      writer.put(instrument)
    case .setStrategy(let name, let state):
      writer.putByte(18)
      writer.put(name)
      writer.put(state)
    case .addAlert, .removeAlert, .acknowledge, .testAlert: encodeAlert(into: &writer)
    case .reverse, .scaleIn, .breakEven, .takeProfits, .bracket, .openOneOf, .trail, .amend,
      .abandon, .approve, .dismiss, .resetPeak, .openBatch, .cancelBatch, .openAt:
      encodePlanned(into: &writer)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .open(try reader.get())
    case 1: self = .close(try reader.get())
    case 2: self = .cancel(try reader.get(), try reader.get())
    case 3: self = .cancelTrigger(try reader.get(), try reader.get())
    case 4: self = .cancelAll(try reader.get())
    case 5: self = .flatten(try reader.get())
    case 6:
      self = .protect(
        try reader.get(), stopLoss: try reader.get(), takeProfit: try reader.get())
    case 7: self = .setLeverage(try reader.get(), try reader.get(), try reader.get())
    case 8: self = .setPositionMode(try reader.get())
    case 9: self = .setState(try reader.get(), reason: try reader.get())
    case 10: self = .reconcile
    case 11:
      self = .loadCandles(
        try reader.get(), try reader.get(), before: try reader.get(), limit: try reader.get())
    case 12: self = .setLimits(try reader.get())
    case 13: self = .note(try reader.get(), try reader.get())
    case 45: self = .moveTarget(try reader.get(), try reader.get(), try reader.get())
    case 18: self = .setStrategy(try reader.get(), try reader.get())
    case 14, 15, 16, 17: self = try Command(alert: tag, from: &reader)
    default: self = try Command(planned: tag, from: &reader)
    }
  }
}

extension TimerID: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .reconcile: writer.putByte(0)
    case .startup: writer.putByte(1)
    case .order(let id):
      writer.putByte(2)
      writer.put(id)
    case .protection(let key):
      writer.putByte(3)
      writer.put(key)
    case .day: writer.putByte(4)
    case .flatten: writer.putByte(5)
    case .lost(let id):
      writer.putByte(6)
      writer.put(id)
    case .tiers(let instrument):
      writer.putByte(7)
      writer.put(instrument)
    case .subscribe: writer.putByte(8)
    case .breakers: writer.putByte(9)
    case .silence: writer.putByte(10)
    case .plans: writer.putByte(11)
    case .checkpoint: writer.putByte(12)
    case .alerts: writer.putByte(13)
    case .candles(let instrument):
      writer.putByte(14)
      writer.put(instrument)
    case .instruments: writer.putByte(15)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .reconcile
    case 1: self = .startup
    case 2: self = .order(try reader.get())
    case 3: self = .protection(try reader.get())
    case 4: self = .day
    case 5: self = .flatten
    case 6: self = .lost(try reader.get())
    case 7: self = .tiers(try reader.get())
    case 8: self = .subscribe
    case 9: self = .breakers
    case 10: self = .silence
    case 11: self = .plans
    case 12: self = .checkpoint
    case 13: self = .alerts
    case 14: self = .candles(try reader.get())
    case 15: self = .instruments
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Recovery: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(openIntents)
    writer.put(state)
    writer.put(dayStart)
    writer.put(peak)
    writer.put(openCycles)
    writer.put(endedCycles)
    writer.put(openPlans)
    writer.put(usedClientOrderIDs)
    writer.put(alerts)
    writer.put(lostOrders)
    writer.put(newestFill)
    writer.put(strategies)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      openIntents: try reader.get(), state: try reader.get(), dayStart: try reader.get(),
      peak: try reader.get(), openCycles: try reader.get(), endedCycles: try reader.get(),
      openPlans: try reader.get(), usedClientOrderIDs: try reader.get(),
      alerts: try reader.get(), lostOrders: try reader.get(), newestFill: try reader.get(),
      strategies: try reader.get())
  }
}

extension StrategyStateNote: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(name)
    writer.put(state)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(name: try reader.get(), state: try reader.get())
  }
}

extension RequestBudget: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(scope)
    writer.put(remaining)
    writer.put(remainingForExits)
    writer.put(capacity)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      scope: try reader.get(), remaining: try reader.get(), remainingForExits: try reader.get(),
      capacity: try reader.get())
  }
}
