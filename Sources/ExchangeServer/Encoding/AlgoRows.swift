import Simulation
import Trading
import Units

// Rows of TP/SL and trigger orders. Source: BloFin reference 3.4.6, 3.4.7 and 4.5 (`orders-algo`).

extension AlgoOrder {
  /// The size as the lists show it; a whole-position order has an empty text.
  private var sizeText: String {
    switch size {
    case .wholePosition: ""
    case .contracts(let contracts): contracts.description
    }
  }

  /// Writes the row of `orders-tpsl-pending` and `order-tpsl-detail`.
  func writeProtectionRow(to writer: inout RowWriter) {
    writer.object { writer in
      writeProtectionHead(to: &writer)
      writer.member("actualSize", actualContracts, else: .null)
      writeProtectionTail(to: &writer)
    }
  }

  /// Writes the row of `orders-tpsl-history`.
  func writeProtectionHistoryRow(to writer: inout RowWriter) {
    writer.object { writer in
      writeProtectionHead(to: &writer)
      writer.member("orderType", nothing: .null)
      writer.member("orderCategory", "normal")
      writer.member("actualSize", actualContracts, else: .null)
      writer.member("triggerType", firedLeg?.word, else: .null)
      writeProtectionTail(to: &writer)
    }
  }

  private func writeProtectionHead(to writer: inout RowWriter) {
    writer.member("tpslId", number.text)
    writer.member("clientOrderId", clientOrderID?.text, else: .empty)
    writer.member("instId", instrument.text)
    writer.member("marginMode", marginMode.word)
    writer.member("positionSide", slot.word)
    writer.member("side", side.word)
    writer.member("size", sizeText)
    writer.member("reduceOnly", text: reduceOnly)
    writer.member("leverage", leverage)
    writer.member("state", state.word)
  }

  private func writeProtectionTail(to writer: inout RowWriter) {
    if case .protection(let takeProfit, let stopLoss) = kind {
      writer.protection(takeProfit, stopLoss)
    }
    writer.member("createTime", createdAt)
    writer.member("brokerId", brokerID)
  }

  /// Writes the row of `orders-algo-pending` and, with the size sent, of `orders-algo-history`.
  func writeTriggerRow(to writer: inout RowWriter, isHistory: Bool) {
    writer.object { writer in
      writer.member("algoId", number.text)
      writer.member("clientOrderId", clientOrderID?.text, else: .empty)
      writer.member("instId", instrument.text)
      writer.member("marginMode", marginMode.word)
      writer.member("positionSide", slot.word)
      writer.member("side", side.word)
      writer.member("orderType", typeWord)
      writer.member("size", sizeText)
      writer.member("leverage", leverage)
      writer.member("state", state.word)
      if isHistory { writer.member("actualSize", actualContracts, else: .null) }
      writeWaiting(to: &writer)
      writer.member("reduceOnly", text: reduceOnly)
      writer.member("createTime", createdAt)
      writer.member("brokerId", brokerID)
      writeAttached(to: &writer)
    }
  }

  /// Writes the row of the `orders-algo` channel; both id members hold the same number.
  func writePushRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instType", "SWAP")
      writer.member("instId", instrument.text)
      writer.member("tpslId", number.text)
      writer.member("algoId", number.text)
      writer.member("clientOrderId", clientOrderID?.text, else: .empty)
      writer.member("size", sizeText)
      writer.member("orderType", typeWord)
      writer.member("side", side.word)
      writer.member("positionSide", slot.word)
      writer.member("marginMode", marginMode.word)
      writer.member("leverage", leverage)
      writer.member("state", state.word)
      writePushConditions(to: &writer)
      writer.member("actualSize", actualContracts, else: .empty)
      writer.member("actualSide", firedLeg?.word, else: .empty)
      writer.member("reduceOnly", text: reduceOnly)
      writer.member("cancelType", cancelSource.word)
      writer.member("createTime", createdAt)
      writer.member("updateTime", updatedAt)
      writer.member("brokerId", brokerID)
      writeAttached(to: &writer)
    }
  }

  private var typeWord: String {
    switch kind {
    case .protection: "conditional"
    case .trigger: "trigger"
    case .trailing: "trailing_stop"
    }
  }

  private func writePushConditions(to writer: inout RowWriter) {
    switch kind {
    case .protection(let takeProfit, let stopLoss):
      writer.protection(takeProfit, stopLoss)
      writer.member("triggerPrice", nothing: .null)
      writer.member("triggerPriceType", (takeProfit ?? stopLoss)?.source.word, else: .null)
      writer.member("orderPrice", nothing: .null)
    case .trigger(let trigger, _, _):
      writer.protection(nil, nil)
      writer.member("triggerPrice", trigger.triggerPrice, .padded)
      writer.member("triggerPriceType", trigger.source.word)
      writer.member("orderPrice", trigger.execution.word)
    case .trailing:
      writer.protection(nil, nil)
      writeWaiting(to: &writer)
      writer.member("orderPrice", "-1")
    }
  }

  private func writeWaiting(to writer: inout RowWriter) {
    switch kind {
    case .protection: return
    case .trigger(let trigger, _, _):
      writer.member("triggerPrice", trigger.triggerPrice, .padded)
      writer.member("triggerPriceType", trigger.source.word)
    case .trailing(let distance, let activation):
      switch distance {
      case .ratio(let ratio):
        writer.member("callbackRatio", ratio)
        writer.member("callbackSpread", nothing: .empty)
      case .spread(let spread):
        writer.member("callbackRatio", nothing: .empty)
        writer.member("callbackSpread", spread)
      }
      writer.member("activePrice", activation, else: .empty)
    }
  }

  private func writeAttached(to writer: inout RowWriter) {
    guard case .trigger(_, let takeProfit, let stopLoss) = kind else { return }
    writer.name("attachAlgoOrders")
    writer.array { writer in
      guard takeProfit != nil || stopLoss != nil else { return }
      writer.object { writer in
        writer.member("tpTriggerPrice", takeProfit?.triggerPrice, .padded, else: .null)
        writer.member("tpOrderPrice", takeProfit?.execution.word, else: .null)
        writer.member("tpTriggerPriceType", takeProfit?.source.word, else: .null)
        writer.member("slTriggerPrice", stopLoss?.triggerPrice, .padded, else: .null)
        writer.member("slOrderPrice", stopLoss?.execution.word, else: .null)
        writer.member("slTriggerPriceType", stopLoss?.source.word, else: .null)
      }
    }
  }
}
