import Simulation
import Trading
import Units

// Rows of positions and money. Source: BloFin reference 3.2.2 to 3.2.4, 3.6 and 4.5.

extension VenuePosition {
  /// Contracts as the wire has them: signed in net mode, above zero in hedge mode.
  private func signed(_ contracts: Contracts) -> Contracts {
    key.slot == .net && side == .short ? -contracts : contracts
  }

  /// Writes the row of `account/positions`: a cross row lacks `margin`, an isolated one
  /// `initialMargin`.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("positionId", number.text)
      writer.member("instId", key.instrument.text)
      writer.member("instType", "SWAP")
      writer.member("marginMode", key.marginMode.word)
      writer.member("positionSide", key.slot.word)
      writer.member("adl", String(deleveragingRank))
      writeSizes(to: &writer)
      writer.member("margin", isolatedMargin, else: .missing)
      writeFigures(to: &writer, initialMarginElse: .missing)
    }
  }

  /// Writes the row of the `positions` channel: what a mode lacks is an empty text.
  func writePushRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instType", "SWAP")
      writer.member("instId", key.instrument.text)
      writer.member("marginMode", key.marginMode.word)
      writer.member("positionId", number.text)
      writer.member("positionSide", key.slot.word)
      writeSizes(to: &writer)
      writer.member("margin", isolatedMargin, else: .empty)
      writer.member("adl", String(deleveragingRank))
      writeFigures(to: &writer, initialMarginElse: .empty)
    }
  }

  private func writeSizes(to writer: inout RowWriter) {
    writer.member("positions", signed(contracts))
    writer.member("availablePositions", signed(availableContracts))
    writer.member("averagePrice", entryPrice)
  }

  private func writeFigures(to writer: inout RowWriter, initialMarginElse nothing: NothingStyle) {
    writer.member("markPrice", markPrice)
    writer.member("marginRatio", marginRatio)
    writer.member("liquidationPrice", liquidationPrice, else: .empty)
    writer.member("unrealizedPnl", unrealizedPnL)
    writer.member("unrealizedPnlRatio", unrealizedPnLRatio)
    writer.member("initialMargin", initialMargin, else: nothing)
    writer.member("maintenanceMargin", maintenanceMargin)
    writer.member("createTime", createdAt)
    writer.member("updateTime", updatedAt)
    writer.member("leverage", leverage)
  }
}

extension PositionRecord {
  /// Writes the row of `account/positions-history`; its sizes are in coins, its fee is negative.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("historyId", number.text)
      writer.member("positionId", position.text)
      writer.member("instId", key.instrument.text)
      writer.member("instType", "SWAP")
      writer.member("marginMode", key.marginMode.word)
      writer.member("positionSide", key.slot.word)
      writer.member("closePositions", closedBaseAmount)
      writer.member("maxPositions", largestBaseAmount)
      writer.member("liquidationPositions", liquidatedBaseAmount)
      writer.member("openAveragePrice", openPrice)
      writer.member("closeAveragePrice", closePrice)
      writer.member("createTime", createdAt)
      writer.member("updateTime", updatedAt)
      writer.member("leverage", leverage)
      writer.member("realizedPnl", realizedPnL)
      writer.member("realizedPnlRatio", realizedPnLRatio)
      writer.member("fee", fee)
    }
  }
}

extension VenueBalance {
  /// Dollars per USDT: near one and never one, as recorded. Source: BloFin reference 4.5, account.
  private static let usdPrice: Rate = "0.99977"

  private func dollars(_ money: Money) -> Money {
    money.scaled(by: Self.usdPrice, .towardZero)
  }

  /// Writes the object of `account/balance`.
  func write(to writer: inout RowWriter) {
    writeTotals(to: &writer) { writer in
      writer.member("equity", equity)
      writer.member("balance", cash)
      writer.member("ts", time)
      writer.member("isolatedEquity", isolatedEquity)
      writer.member("available", available)
      writer.member("availableEquity", available)
      writer.member("frozen", frozen)
      writer.member("orderFrozen", orderFrozen)
      writer.member("equityUsd", dollars(equity))
      writer.member("isolatedUnrealizedPnl", isolatedUnrealizedPnL)
      writer.member("bonus", "0")
    }
  }

  /// Writes the object of the `account` channel.
  func writePush(to writer: inout RowWriter) {
    writeTotals(to: &writer) { writer in
      writer.member("equity", equity)
      writer.member("balance", cash)
      writer.member("ts", time)
      writer.member("isolatedEquity", isolatedEquity)
      writer.member("equityUsd", dollars(equity))
      writer.member("availableEquity", available)
      writer.member("available", available)
      writer.member("frozen", frozen)
      writer.member("orderFrozen", orderFrozen)
      writer.member("unrealizedPnl", unrealizedPnL)
      writer.member("isolatedUnrealizedPnl", isolatedUnrealizedPnL)
      writer.member("coinUsdPrice", Self.usdPrice)
      writer.member("spotAvailable", "")
      writer.member("liability", "")
      writer.member("borrowFrozen", "")
      writer.member("marginRatio", "")
    }
  }

  private func writeTotals(
    to writer: inout RowWriter, details: (inout RowWriter) -> Void
  ) {
    writer.object { writer in
      writer.member("ts", time)
      writer.member("totalEquity", dollars(equity))
      writer.member("isolatedEquity", dollars(isolatedEquity))
      writer.name("details")
      writer.array { writer in
        // Only currencies with a balance are listed.
        guard !equity.isZero || !cash.isZero else { return }
        writer.object { writer in
          writer.member("currency", "USDT")
          details(&writer)
        }
      }
    }
  }
}

extension WalletTransfer {
  /// Writes the row of `asset/bills`.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("transferId", String(number))
      writer.member("currency", "USDT")
      writer.member("fromAccount", from.word)
      writer.member("toAccount", to.word)
      writer.member("amount", amount, .padded)
      writer.member("ts", time)
      writer.member("clientId", clientID, else: .empty)
    }
  }
}

extension LedgerEntry {
  /// Writes the row of `account/funding-fees` [T: four members are known, the rest is a guess].
  func writeFundingRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("billId", number.text)
      writer.member("instId", instrument?.text, else: .empty)
      writer.member("fundingFee", amount)
      writer.member("fundingRate", rate, else: .empty)
      writer.member("marginMode", key?.marginMode.word, else: .empty)
      writer.member("positionSide", key?.slot.word, else: .empty)
      writer.member("ts", time)
    }
  }

  /// Writes the row of `asset/deposit-history`: money that was there at the start or was given.
  func writeDepositRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("currency", "USDT")
      writer.member("chain", "Tron (TRC20)")
      writer.member("address", "")
      writer.member("txId", "")
      writer.member("type", "1")
      writer.member("amount", amount)
      writer.member("state", "1")
      writer.member("ts", time)
      writer.member("tag", nothing: .null)
      writer.member("confirm", "0")
      writer.member("depositId", number.text)
    }
  }
}
