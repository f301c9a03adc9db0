import Trading
import Units

extension OrderType: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .market: writer.putByte(0)
    case .limit(let price):
      writer.putByte(1)
      writer.put(price)
    case .postOnly(let price):
      writer.putByte(2)
      writer.put(price)
    case .fillOrKill(let price):
      writer.putByte(3)
      writer.put(price)
    case .immediateOrCancel(let price):
      writer.putByte(4)
      writer.put(price)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .market
    case 1: self = .limit(try reader.get())
    case 2: self = .postOnly(try reader.get())
    case 3: self = .fillOrKill(try reader.get())
    case 4: self = .immediateOrCancel(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Trigger: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(triggerPrice)
    writer.put(source)
    switch execution {
    case .market: writer.putByte(0)
    case .limit(let price):
      writer.putByte(1)
      writer.put(price)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let price: Price = try reader.get()
    let source: TriggerSource = try reader.get()
    let tag = try reader.getByte()
    let execution: TriggeredPrice
    switch tag {
    case 0: execution = .market
    case 1: execution = .limit(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
    self.init(triggerPrice: price, source: source, execution: execution)
  }
}

extension OrderReference: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .client(let id):
      writer.putByte(0)
      writer.put(id)
    case .exchange(let id):
      writer.putByte(1)
      writer.put(id)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .client(try reader.get())
    case 1: self = .exchange(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension OrderRequest: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(clientOrderID)
    writer.put(instrument)
    writer.put(side)
    writer.put(slot)
    writer.put(marginMode)
    writer.put(type)
    writer.put(contracts)
    writer.put(reduceOnly)
    writer.put(takeProfit)
    writer.put(stopLoss)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      clientOrderID: try reader.get(), instrument: try reader.get(), side: try reader.get(),
      slot: try reader.get(), marginMode: try reader.get(), type: try reader.get(),
      contracts: try reader.get(), reduceOnly: try reader.get(), takeProfit: try reader.get(),
      stopLoss: try reader.get())
  }
}

extension OrderCategory: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .normal: writer.putByte(0)
    case .takeProfit: writer.putByte(1)
    case .stopLoss: writer.putByte(2)
    case .partialLiquidation: writer.putByte(3)
    case .fullLiquidation: writer.putByte(4)
    case .autoDeleveraging: writer.putByte(5)
    case .other(let text):
      writer.putByte(6)
      writer.put(text)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .normal
    case 1: self = .takeProfit
    case 2: self = .stopLoss
    case 3: self = .partialLiquidation
    case 4: self = .fullLiquidation
    case 5: self = .autoDeleveraging
    case 6: self = .other(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Order: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(exchangeOrderID)
    writer.put(clientOrderID)
    writer.put(instrument)
    writer.put(side)
    writer.put(slot)
    writer.put(marginMode)
    writer.put(type)
    writer.put(contracts)
    writer.put(reduceOnly)
    writer.put(leverage)
    writer.put(state)
    writer.put(filledContracts)
    writer.put(averagePrice)
    writer.put(fee)
    writer.put(realizedPnL)
    writer.put(category)
    writer.put(takeProfit)
    writer.put(stopLoss)
    writer.put(createdAt)
    writer.put(updatedAt)
    writer.put(unknownState)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      exchangeOrderID: try reader.get(), clientOrderID: try reader.get(),
      instrument: try reader.get(), side: try reader.get(), slot: try reader.get(),
      marginMode: try reader.get(), type: try reader.get(), contracts: try reader.get(),
      reduceOnly: try reader.get(), leverage: try reader.get(), state: try reader.get(),
      filledContracts: try reader.get(), averagePrice: try reader.get(), fee: try reader.get(),
      realizedPnL: try reader.get(), category: try reader.get(), takeProfit: try reader.get(),
      stopLoss: try reader.get(), createdAt: try reader.get(), updatedAt: try reader.get(),
      unknownState: try reader.get())
  }
}

extension TriggerSize: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .wholePosition: writer.putByte(0)
    case .contracts(let contracts):
      writer.putByte(1)
      writer.put(contracts)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .wholePosition
    case 1: self = .contracts(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension TriggerOrder.Kind: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .protection(let takeProfit, let stopLoss):
      writer.putByte(0)
      writer.put(takeProfit)
      writer.put(stopLoss)
    case .entry(let trigger):
      writer.putByte(1)
      writer.put(trigger)
    case .trailing(let ratio, let distance, let activation):
      writer.putByte(2)
      writer.put(ratio)
      writer.put(distance)
      writer.put(activation)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .protection(takeProfit: try reader.get(), stopLoss: try reader.get())
    case 1: self = .entry(try reader.get())
    case 2:
      self = .trailing(
        callbackRatio: try reader.get(), callbackDistance: try reader.get(),
        activation: try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension TriggerOrder: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(exchangeOrderID)
    writer.put(clientOrderID)
    writer.put(instrument)
    writer.put(side)
    writer.put(slot)
    writer.put(marginMode)
    writer.put(size)
    writer.put(kind)
    writer.put(reduceOnly)
    writer.put(state)
    writer.put(createdAt)
    writer.put(unknownState)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      exchangeOrderID: try reader.get(), clientOrderID: try reader.get(),
      instrument: try reader.get(), side: try reader.get(), slot: try reader.get(),
      marginMode: try reader.get(), size: try reader.get(), kind: try reader.get(),
      reduceOnly: try reader.get(), state: try reader.get(), createdAt: try reader.get(),
      unknownState: try reader.get())
  }
}

extension ProtectionRequest: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(clientOrderID)
    writer.put(key)
    writer.put(side)
    writer.put(size)
    writer.put(takeProfit)
    writer.put(stopLoss)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      clientOrderID: try reader.get(), key: try reader.get(), side: try reader.get(),
      size: try reader.get(), takeProfit: try reader.get(), stopLoss: try reader.get())
  }
}
