import Foundation
import Simulation
import Testing
import Trading
import Units

/// Against real recordings, which live outside of the project: `PERPDECK_SHARED` names their root.
@Suite struct SharedRecordingTests {
  static let root = ProcessInfo.processInfo.environment["PERPDECK_SHARED"]

  @Test(.enabled(if: root != nil, "PERPDECK_SHARED is not set"))
  func `a recorded day of minutes is read and replayed candle by candle`() throws {
    let root = try #require(Self.root)
    let file = try CandleFile(
      path: root + "/market-data/candles/1m/BTCUSDT_perp_binance_1m_2025-05_06.csv.gz")
    #expect(file.candles.count == 73_139)
    #expect(file.gaps.isEmpty)
    var recording = try Recording([(TestVenue.bitcoin, file)])
    var venue = try #require(
      SimulatedVenue(listings: recording.listings, startingAt: recording.startTime))
    recording.start(in: &venue, at: recording.startTime)
    recording.run(&venue, until: recording.startTime + .hours(4))
    let market = try #require(venue.market(TestVenue.bitcoin))
    let replayed = venue.candles(of: market, .last, .oneMinute, limit: 241)
      .filter(\.isClosed).reversed()
    let recorded = file.candles[500..<740]
    #expect(replayed.suffix(240).map(\.open) == recorded.map(\.open))
    #expect(replayed.suffix(240).map(\.high) == recorded.map(\.high))
    #expect(replayed.suffix(240).map(\.low) == recorded.map(\.low))
    #expect(replayed.suffix(240).map(\.close) == recorded.map(\.close))
  }

  @Test(.enabled(if: root != nil, "PERPDECK_SHARED is not set"))
  func `every recorded candle file is read`() throws {
    let root = try #require(Self.root)
    for folder in ["1m", "5m", "15m", "1h", "4h"] {
      let path = root + "/market-data/candles/" + folder
      for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
        #expect(throws: Never.self, "\(folder)/\(name)") {
          _ = try CandleFile(path: path + "/" + name)
        }
      }
    }
  }

  @Test(.enabled(if: root != nil, "PERPDECK_SHARED is not set"))
  func `the shared margin vectors are met to the last digit`() throws {
    struct Vectors: Decodable {
      struct Vector: Decodable {
        let id: String
        let mode: String
        let side: String
        let q: String
        let entry: String
        let leverage: String
        let mark: String
        let mmr: String
        let takerFee: String
        let balance: String?
        let expect: [String: String]
      }
      let vectors: [Vector]
    }
    let root = try #require(Self.root)
    let data = try Data(
      contentsOf: URL(fileURLWithPath: root + "/fixtures/blofin/own/margin-vectors.json"))
    let vectors = try JSONDecoder().decode(Vectors.self, from: data).vectors
    #expect(vectors.count == 8)
    for vector in vectors {
      let coins = BaseAmount(try Fixed(vector.q))
      let terms = MarginTerms(
        side: vector.side == "long" ? .long : .short, coins: coins,
        entryValue: Price(try Fixed(vector.entry)).notional(of: coins),
        markPrice: Price(try Fixed(vector.mark)), leverage: Leverage(try Fixed(vector.leverage)),
        maintenanceRate: Rate(try Fixed(vector.mmr)),
        takerFeeRate: Rate(try Fixed(vector.takerFee)))
      let cash = try vector.balance.map { Money(try Fixed($0)) }
      let collateral = cash ?? terms.isolatedMargin
      var found = [
        "unrealizedPnl": terms.unrealizedPnL.description,
        "unrealizedPnlRatio": terms.unrealizedPnLRatio.description,
        "maintenanceMargin": terms.maintenanceMargin.description,
        "liquidationPrice": terms.liquidationPrice(collateral: collateral)?.description ?? "",
      ]
      if let cash {
        found["initialMargin"] = terms.initialMargin.description
        found["marginRatio"] = terms.marginRatio(poolCash: cash).description
      } else {
        found["margin"] = terms.isolatedMargin.description
        found["marginRatio"] =
          terms.marginRatio(isolatedMargin: terms.isolatedMargin).description
      }
      // The file pads its numbers where the project prints the shortest text.
      let expected = try vector.expect.mapValues { $0.isEmpty ? "" : try Fixed($0).description }
      #expect(found == expected, "\(vector.id)")
    }
  }
}
