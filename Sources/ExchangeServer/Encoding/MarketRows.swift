import Simulation
import Trading
import Units

// Rows of public data. Source: BloFin reference 3.1 and 4.4.

extension Listing {
  /// Writes the row of `market/instruments`.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instId", instrument.id.text)
      writer.member("baseCurrency", instrument.baseCurrency)
      writer.member("quoteCurrency", instrument.quoteCurrency)
      writer.member("contractValue", instrument.contractValue)
      writer.member("listTime", listedAt)
      writer.member("expireTime", expiresAt)
      writer.member("maxLeverage", instrument.maximumLeverage)
      writer.member("minSize", instrument.minimumContracts)
      writer.member("lotSize", instrument.lotSize)
      writer.member("tickSize", instrument.tickSize)
      writer.member("instType", "SWAP")
      writer.member("contractType", "linear")
      writer.member("maxLimitSize", instrument.maximumLimitContracts)
      writer.member("maxMarketSize", instrument.maximumMarketContracts)
      writer.member("state", stateWord)
      writer.member("thresholdX", thresholdX)
      writer.member("thresholdY", thresholdY)
      writer.member("thresholdZ", thresholdZ)
      writer.member("settleCurrency", instrument.quoteCurrency)
    }
  }

  private var stateWord: String {
    switch instrument.status {
    case .live: "live"
    case .suspended: "suspend"
    case .other(let word): word
    }
  }

  /// Writes the rows of `market/position-tiers`.
  func writeTiers(_ mode: MarginMode, to writer: inout RowWriter) {
    writer.array(of: tiers(mode)) { writer, tier in
      writer.object { writer in
        writer.member("symbol", instrument.id.text)
        writer.member("marginMode", mode.word)
        writer.member("minSize", tier.minimumContracts)
        writer.member("maxSize", tier.maximumContracts)
        writer.member("maintenanceMarginRate", tier.maintenanceMarginRate)
        writer.member("maxLeverage", tier.maximumLeverage)
      }
    }
  }
}

extension VenueTicker {
  /// Writes the row of `market/tickers` and of the `tickers` channel.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instId", ticker.instrument.text)
      writer.member("last", ticker.lastPrice)
      writer.member("lastSize", ticker.lastContracts)
      writer.member("askPrice", ticker.askPrice, else: .zero)
      writer.member("askSize", ticker.askContracts)
      writer.member("bidPrice", ticker.bidPrice, else: .zero)
      writer.member("bidSize", ticker.bidContracts)
      writer.member("high24h", ticker.highPrice24h)
      writer.member("open24h", ticker.openPrice24h)
      writer.member("low24h", ticker.lowPrice24h)
      writer.member("volCurrency24h", ticker.baseVolume24h)
      writer.member("vol24h", contractVolume24h)
      writer.member("ts", ticker.exchangeTime)
    }
  }
}

extension MarketTrade {
  /// Writes the row of `market/trades` and of the `trades` channel.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("tradeId", tradeID.text)
      writer.member("instId", instrument.text)
      writer.member("price", price)
      writer.member("size", contracts)
      writer.member("side", takerSide.word)
      writer.member("ts", exchangeTime)
    }
  }
}

extension MarkPrice {
  /// Writes the row of `market/mark-price`.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instId", instrument.text)
      writer.member("indexPrice", indexPrice, else: .empty)
      writer.member("markPrice", markPrice)
      writer.member("ts", exchangeTime)
    }
  }
}

extension FundingRate {
  /// Writes the row of `market/funding-rate`, of its history and of the `funding-rate` channel.
  func writeRow(to writer: inout RowWriter) {
    writer.object { writer in
      writer.member("instId", instrument.text)
      writer.member("fundingRate", rate)
      writer.member("fundingTime", nextFundingTime)
    }
  }
}

extension VenueCandle {
  /// Writes the row of a candle list or channel: nine columns, six for mark and index prices.
  func writeRow(_ source: CandleSource, to writer: inout RowWriter) {
    writer.array { writer in
      writer.text(openTime)
      writer.text(open.value)
      writer.text(high.value)
      writer.text(low.value)
      writer.text(close.value)
      switch source {
      case .last:
        writer.text(contracts.value)
        writer.text(baseVolume.value)
        writer.text(quoteVolume.value)
      case .mark, .index: break
      }
      writer.string(isClosed ? "1" : "0")
    }
  }
}

extension BookUpdate {
  /// Writes the object of `market/books`: levels of text, no sequence number.
  func writeREST(depth: Int, to writer: inout RowWriter) {
    writer.object { writer in
      writer.name("asks")
      writer.array(of: asks.prefix(depth)) { $1.writeText(to: &$0) }
      writer.name("bids")
      writer.array(of: bids.prefix(depth)) { $1.writeText(to: &$0) }
      writer.member("ts", exchangeTime)
    }
  }

  /// Writes the object of the `books` and `books5` channels: levels of JSON numbers.
  func writePush(depth: Int, to writer: inout RowWriter) {
    writer.object { writer in
      writer.name("asks")
      writer.array(of: asks.prefix(depth)) { $1.writeNumbers(to: &$0) }
      writer.name("bids")
      writer.array(of: bids.prefix(depth)) { $1.writeNumbers(to: &$0) }
      writer.member("ts", exchangeTime)
      writer.member("prevSeqId", String(previousSequence))
      writer.member("seqId", String(sequence))
    }
  }
}

extension BookLevel {
  fileprivate func writeText(to writer: inout RowWriter) {
    writer.array { writer in
      writer.text(price.value)
      writer.text(contracts.value)
    }
  }

  fileprivate func writeNumbers(to writer: inout RowWriter) {
    writer.array { writer in
      writer.number(price.value)
      writer.number(contracts.value)
    }
  }
}
