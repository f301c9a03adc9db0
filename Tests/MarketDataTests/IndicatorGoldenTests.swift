import Foundation
import MarketData
import Testing

/// Where TA-Lib's output lies, nil when the environment does not say.
enum GoldenFigures {
  static let folder: URL? = ProcessInfo.processInfo.environment["PERPDECK_SHARED"].map {
    URL(fileURLWithPath: $0).appendingPathComponent("market-data/golden")
  }
}

/// Indicators against TA-Lib's own output over real candles, flat bars included.
///
/// The files are not part of the project: set `PERPDECK_SHARED` to the folder that holds
/// `market-data/golden`.
@Suite(.enabled(if: GoldenFigures.folder != nil, "PERPDECK_SHARED is not set"))
struct IndicatorGoldenTests {
  @Test(arguments: [
    "golden_talib_BTCUSDT_perp_15m_2024-10-20_2000_flatbars.csv",
    "golden_talib_BTCUSDT_perp_1h_2025-08-20_2000.csv",
  ])
  func `the figures are TA-Lib's`(_ name: String) throws {
    let table = try Self.read(name)
    let bars = table.bars
    let closes = bars.map(\.close)
    func check(_ column: String, _ warmUp: Int, _ found: [Double]) {
      guard let expected = table.columns[column] else {
        Issue.record("\(name) has no column \(column)")
        return
      }
      var compared = 0
      for (index, value) in found.enumerated() {
        guard let golden = expected[index + warmUp] else { continue }
        compared += 1
        guard !agree(value, golden) else { continue }
        Issue.record("\(column), row \(index + warmUp): \(value) instead of \(golden)")
        return
      }
      #expect(compared > 1_700, "\(column)")
    }
    for period in [20, 50, 200] { check("sma_\(period)", period - 1, SMA(period).batch(closes)) }
    for period in [9, 20, 50, 200] { check("ema_\(period)", period - 1, EMA(period).batch(closes)) }
    check("rsi_14", 14, RSI().batch(closes))
    let macd = MACD().batch(closes)
    check("macd_12_26_9", 33, macd.map(\.line))
    check("macd_signal_12_26_9", 33, macd.map(\.signal))
    check("macd_hist_12_26_9", 33, macd.map(\.histogram))
    let bands = BollingerBands().batch(closes)
    check("bb_upper_20_2", 19, bands.map(\.upper))
    check("bb_middle_20_2", 19, bands.map(\.middle))
    check("bb_lower_20_2", 19, bands.map(\.lower))
    check("trange", 1, zip(bars.dropFirst(), bars).map { $0.trueRange(after: $1.close) })
    check("atr_14", 14, ATR().batch(bars))
    let directions = DirectionalIndex().batch(bars)
    check("plus_di_14", 14, directions.map(\.plus))
    check("minus_di_14", 14, directions.map(\.minus))
    check("dx_14", 14, directions.map(\.dx))
    check("adx_14", 27, ADX().batch(bars).map(\.strength))
    let slow = Stochastic().batch(bars)
    check("stoch_k_14_3_3", 17, slow.map(\.k))
    check("stoch_d_14_3_3", 17, slow.map(\.d))
    let fast = Stochastic(smoothing: 1).batch(bars)
    check("stochf_k_14_3", 15, fast.map(\.k))
    check("stochf_d_14_3", 15, fast.map(\.d))
    let fastStrength = StochasticRSI(smoothing: 1).batch(closes)
    check("stochrsi_k_14_14_3", 29, fastStrength.map(\.k))
    check("stochrsi_d_14_14_3", 29, fastStrength.map(\.d))
    let slowStrength = StochasticRSI().batch(closes)
    check("stochrsi_slow_k_14_14_3_3", 31, slowStrength.map(\.k))
    check("stochrsi_slow_d_14_14_3_3", 31, slowStrength.map(\.d))
    check("mfi_14", 14, MFI().batch(bars))
    check("obv", 0, OBV().batch(bars))
    check("cci_20", 19, CCI().batch(bars))
    check("willr_14", 13, WilliamsR().batch(bars))
    check("roc_10", 10, RateOfChange().batch(closes))
    check("typprice", 0, bars.map(\.typicalPrice))
  }

  private static func read(
    _ name: String
  ) throws -> (bars: [Bar], columns: [String: [Double?]]) {
    let folder = try #require(GoldenFigures.folder)
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    let lines = text.split(separator: "\n")
    let header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var columns: [String: [Double?]] = [:]
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      for (name, cell) in zip(header, cells) { columns[name, default: []].append(Double(cell)) }
    }
    func column(_ name: String) throws -> [Double] {
      try #require(columns[name]).map { try #require($0) }
    }
    let (open, high, low) = (try column("open"), try column("high"), try column("low"))
    let (close, volume) = (try column("close"), try column("volume"))
    let bars = close.indices.map {
      Bar(open: open[$0], high: high[$0], low: low[$0], close: close[$0], volume: volume[$0])
    }
    return (bars, columns)
  }
}
