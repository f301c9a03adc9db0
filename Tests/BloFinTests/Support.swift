import Foundation
import Secrets
import Testing
import Trading
import Units

@testable import BloFin

extension Secret {
  /// Makes a secret of a test.
  convenience init(testing text: String) {
    self.init(consuming: Array(text.utf8))
  }
}

/// The made-up key of the vectors.
func testCredentials(
  secret: String = "a1b2c3d4e5f60718293a4b5c6d7e8f90",
  environment: BloFinHosts.Environment = .demo, brokerID: String? = nil
) throws -> BloFinCredentials {
  try BloFinCredentials(
    environment: environment, key: Secret(testing: "0123456789abcdef0123456789abcdef"),
    secret: Secret(testing: secret), passphrase: Secret(testing: "Bot-Pass_2026"),
    brokerID: brokerID)
}

/// Returns the rules of BTC-USDT or of another instrument with the same.
func instrument(
  _ id: String = "BTC-USDT", contractValue: BaseAmount = "0.001",
  maximumLimitContracts: Contracts = 1_000_000
) -> Instrument {
  Instrument(
    id: InstrumentID(trusted: id), baseCurrency: InstrumentID(trusted: id).baseText,
    quoteCurrency: "USDT",
    contractValue: contractValue, tickSize: "0.1", lotSize: "0.1", minimumContracts: "0.1",
    maximumLimitContracts: maximumLimitContracts, maximumMarketContracts: 100_000,
    maximumLeverage: 150, status: .live)!
}

func catalog(_ instruments: Instrument...) -> InstrumentCatalog {
  var catalog = InstrumentCatalog()
  _ = catalog.set(instruments)
  return catalog
}

func moment(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

/// Payloads kept in `Tests/Wire/blofin`; where they come from is in its `SOURCES.md`.
enum WireFile {
  static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Wire/blofin/\(name).json")))
  }
}

/// The folder of reference data that is not part of the project; tests that want it skip without.
enum SharedFolder {
  static let path = ProcessInfo.processInfo.environment["PERPDECK_SHARED"]
  static let isMissing = "set PERPDECK_SHARED to the folder of reference data to run this"

  static func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path!).appendingPathComponent(name))
  }
}

extension StreamDecoder {
  /// Reads a message given as text.
  mutating func decode(
    _ text: String, at now: Timestamp = moment(1_767_225_600_000)
  ) throws(StreamProblem) -> StreamMessage {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBufferPointer { (buffer) throws(StreamProblem) in
      try decode(UnsafeRawBufferPointer(buffer), at: now)
    }
  }
}
