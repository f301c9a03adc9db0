import AccountData
import MarketData
import Risk
import Trading
import Units

extension Received: BinaryEncodable where Value: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(value)
    writer.put(receivedAt)
  }
}

extension Market: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(ticker)
    writer.put(mark)
    writer.put(markDoubt?.before)
    writer.put(markDoubt?.since)
    writer.put(markDoubt?.count)
    writer.put(candlePrice?.value.price)
    writer.put(candlePrice?.value.slippage)
    writer.put(candlePrice?.receivedAt)
    writer.put(funding)
    writer.put(book)
    writer.put(bookReceivedAt)
    writer.put(Array(tape))
    for series in candles {
      writer.put(series.timeFrame)
      writer.put(Array(series.closed))
      writer.put(series.open)
      writer.put(series.missingCount)
      writer.put(series.unconfirmed?.openTime)
      writer.put(series.unconfirmed?.heardAt)
      writer.put(series.openHeardAt)
    }
    writer.put(isolatedTiers)
    writer.put(crossTiers)
  }
}

extension OrderBook: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    switch state {
    case .waiting: writer.putByte(0)
    case .synced: writer.putByte(1)
    case .unsynced: writer.putByte(2)
    }
    writer.put(bids.levels)
    writer.put(asks.levels)
    writer.put(sequence)
    writer.put(exchangeTime)
  }
}

extension Account: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(balance)
    writer.put(positionMode)
    writer.put(leverages)
    writer.put(positions.held)
    for fill in positions.unreported {
      writer.put(fill.instrument)
      writer.put(fill.slot)
      writer.put(fill.marginMode)
      writer.put(fill.signed)
      writer.put(fill.price)
      writer.put(fill.fee)
      writer.put(fill.realizedPnL)
      writer.put(fill.exchangeTime)
      writer.put(fill.receivedAt)
    }
    writer.put(positionsReceivedAt)
    writer.put(orders.open)
    writer.put(Array(orders.ended))
    for trigger in triggers {
      writer.put(trigger.order)
      writer.put(trigger.confirmedAt)
      if case .own(let source) = trigger.owner { writer.put(source) }
      writer.put(trigger.stopMovedFrom)
    }
    writer.put(Array(fills))
    for payment in fundings {
      writer.put(payment.instrument)
      writer.put(payment.amount)
      writer.put(payment.settledAt)
    }
    writer.put(Array(endedCycles))
    writer.put(day)
  }
}

extension TrackedOrder: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(clientOrderID)
    writer.put(exchangeOrderID)
    if case .own(let source) = owner { writer.put(source) }
    writer.put(instrument)
    writer.put(side)
    writer.put(slot)
    writer.put(marginMode)
    writer.put(type)
    writer.put(contracts)
    writer.put(reduceOnly)
    writer.put(takeProfit)
    writer.put(stopLoss)
    writer.put(category)
    writer.put(state)
    writer.put(progress.filledContracts)
    writer.put(progress.averagePrice)
    writer.put(progress.fee)
    writer.put(progress.realizedPnL)
    writer.put(createdAt)
    writer.put(changedAt)
    writer.put(isDurable)
    writer.put(problem)
    writer.put(wasResent)
    writer.put(isToBeCanceled)
  }
}

extension HeldPosition: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(report)
    writer.put(receivedAt)
    writer.put(cycle)
    writer.put(risked.contracts)
    writer.put(risked.entryPrice)
  }
}

extension DayFigures: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(startedAt)
    writer.put(realizedPnL)
    writer.put(fees)
    writer.put(funding)
    writer.put(unrealizedAtStart)
    writer.put(equityAtStart)
    writer.put(heldUntil)
    writer.put(isWholeDay)
    writer.put(isStartWritten)
  }
}

extension CircuitBreakers: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(peakEquity)
    writer.put(stopOutsInARow)
    writer.put(tradesToday)
    for rest in rests {
      writer.put(rest.instrument)
      writer.put(rest.until)
      writer.put(rest.ending)
    }
    for breaker in told { writer.putText(breaker.rawValue) }
    for tally in tallies {
      writer.put(tally.name)
      writer.put(tally.tradesToday)
      writer.put(tally.netToday)
      writer.put(tally.stopOutsInARow)
    }
  }
}

extension RiskGate.Opening: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(intent)
    writer.put(source)
    writer.put(at)
    writer.put(notional)
  }
}
