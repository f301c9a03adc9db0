import Simulation
import Trading
import Units

// Rows of plain orders and fills. Source: BloFin reference 3.4.2, 3.4.4, 3.4.5 and 4.5. Where a row
// mixes short and padded decimals, so did the recorded one.

extension TriggeredPrice {
  /// The order price of a trigger; `-1` is a market order.
  var word: String {
    switch self {
    case .market: "-1"
    case .limit(let price): price.description
    }
  }
}

extension RowWriter {
  /// Writes the four members of attached protection, `null` where there is none.
  mutating func protection(_ takeProfit: Trigger?, _ stopLoss: Trigger?) {
    member("tpTriggerPrice", takeProfit?.triggerPrice, .padded, else: .null)
    member("tpOrderPrice", takeProfit?.execution.word, else: .null)
    member("slTriggerPrice", stopLoss?.triggerPrice, .padded, else: .null)
    member("slOrderPrice", stopLoss?.execution.word, else: .null)
  }
}

extension VenueOrder {
  /// Writes the row of `orders-pending` and `order-detail`.
  func writePendingRow(to writer: inout RowWriter) {
    writer.object { writer in
      writeHead(to: &writer, price: .short)
      writer.member("filledSize", filledContracts, .padded)
      writer.member("filled_amount", filledBaseAmount, .padded)
      writer.member("averagePrice", averagePrice, .short, else: .zero)
      writer.member("fee", fee)
      writer.member("pnl", realizedPnL)
      writeTimes(to: &writer)
      writer.member("orderCategory", category.word)
      writer.protection(takeProfit, stopLoss)
      writer.member("algoClientOrderId", parentClientOrderID?.text, else: .empty)
      writer.member("algoId", parentAlgo?.text, else: .empty)
      writer.member("brokerId", brokerID)
    }
  }

  /// Writes the row of `orders-history`.
  func writeHistoryRow(to writer: inout RowWriter) {
    writer.object { writer in
      writeHead(to: &writer, price: .padded)
      writer.member("filledSize", filledContracts, .padded)
      writer.member("pnl", realizedPnL, .padded)
      writer.member("averagePrice", averagePrice ?? .zero, .padded)
      writer.member("fee", fee, .padded)
      writeTimes(to: &writer)
      writer.member("orderCategory", category.word)
      writer.protection(takeProfit, stopLoss)
      writer.member("cancelSource", cancelSource.word)
      writer.member("cancelSourceReason", cancelSource.reason, else: .null)
      writer.member("algoClientOrderId", parentClientOrderID?.text, else: .empty)
      writer.member("algoId", parentAlgo?.text, else: .empty)
      writer.member("brokerId", brokerID)
    }
  }

  /// Writes the row of the `orders` channel.
  func writePushRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instType", "SWAP")
      writer.member("instId", instrument.text)
      writer.member("orderId", number.text)
      writer.member("clientOrderId", clientOrderID?.text, else: .null)
      writer.member("price", type.limitPrice ?? .zero, .padded)
      writer.member("size", contracts)
      writer.member("orderType", type.word)
      writer.member("side", side.word)
      writer.member("positionSide", slot.word)
      writer.member("marginMode", marginMode.word)
      writer.member("filledSize", filledContracts)
      writer.member("filledAmount", filledBaseAmount, .padded)
      writer.member("averagePrice", averagePrice ?? .zero, .padded)
      writer.member("state", state.word)
      writer.member("leverage", leverage)
      writer.member("tpTriggerPrice", takeProfit?.triggerPrice, .padded, else: .null)
      writer.member("tpTriggerPriceType", takeProfit?.source.word, else: .null)
      writer.member("tpOrderPrice", takeProfit?.execution.word, else: .null)
      writer.member("slTriggerPrice", stopLoss?.triggerPrice, .padded, else: .null)
      writer.member("slTriggerPriceType", stopLoss?.source.word, else: .null)
      writer.member("slOrderPrice", stopLoss?.execution.word, else: .null)
      writer.member("fee", fee, .padded)
      writer.member("pnl", realizedPnL, .padded)
      writer.member("cancelSource", cancelSource == .notCanceled ? "" : cancelSource.word)
      // The channel says so of an entry that carries protection; the lists do not.
      let isPlainWithProtection = category == .normal && hasAttachedProtection
      writer.member("orderCategory", isPlainWithProtection ? "pre_tp_sl" : category.word)
      writeTimes(to: &writer)
      writer.member("reduceOnly", text: reduceOnly)
      writer.member("brokerId", brokerID)
    }
  }

  private func writeHead(to writer: inout RowWriter, price: DecimalStyle) {
    writer.member("orderId", number.text)
    writer.member("clientOrderId", clientOrderID?.text, else: .empty)
    writer.member("instId", instrument.text)
    writer.member("marginMode", marginMode.word)
    writer.member("positionSide", slot.word)
    writer.member("side", side.word)
    writer.member("orderType", type.word)
    writer.member("price", type.limitPrice ?? .zero, price)
    writer.member("size", contracts, .padded)
    writer.member("reduceOnly", text: reduceOnly)
    writer.member("leverage", leverage)
    writer.member("state", state.word)
  }

  private func writeTimes(to writer: inout RowWriter) {
    writer.member("createTime", createdAt)
    writer.member("updateTime", updatedAt)
  }
}

extension VenueFill {
  /// Writes the row of `fills-history`.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instId", instrument.text)
      writer.member("tradeId", number.text)
      writer.member("orderId", order.text)
      writer.member("fillPrice", price)
      writer.member("fillSize", contracts)
      writer.member("fillPnl", realizedPnL)
      writer.member("side", side.word)
      writer.member("positionSide", slot.word)
      writer.member("fee", fee)
      writer.member("ts", time)
      writer.member("brokerId", brokerID)
    }
  }
}
