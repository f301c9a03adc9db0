import Foundation
import Testing
import Units

@testable import ExchangeServer

/// A run that is recorded and done again.
@Suite struct RunRecordTests {
  /// Trades, with faults by the door and by a rule and someone listening to a book, and returns the
  /// record.
  private func recordedRun() throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("run-\(UUID().uuidString).jsonl").path
    let server = try TestServer { configuration in
      configuration.recordPath = path
      configuration.hasFaultDoor = true
    }
    let book = try server.marketStream()
    try book.send(#"{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}"#)
    _ = try book.settled()
    let client = server.client
    let bid = try server.best("BTC-USDT").bid
    _ = try client.post(
      "/api/v1/account/set-leverage",
      #"{"instId":"BTC-USDT","leverage":"10","marginMode":"isolated"}"#)
    _ = try client.post(
      "/api/v1/trade/order",
      #"""
      {"instId":"BTC-USDT","marginMode":"isolated","side":"buy","orderType":"market","size":"2",
      "slTriggerPrice":"1000","slOrderPrice":"-1"}
      """#)
    server.advance(by: .seconds(70))
    _ = try client.post(
      "/api/v1/trade/order",
      #"""
      {"instId":"BTC-USDT","marginMode":"isolated","side":"buy","orderType":"limit","size":"1",
      "price":"\#(bid - 50)","clientOrderId":"resting"}
      """#)
    // Refused: it belongs to the run as well.
    _ = try client.post(
      "/api/v1/trade/cancel-order", #"{"instId":"BTC-USDT","orderId":"999"}"#)
    for body in [
      #"{"do":"fill","clientOrderId":"resting","size":"0.5"}"#,
      #"{"do":"funding","instId":"BTC-USDT","rate":"0.0003"}"#,
      #"{"do":"external_fill","instId":"ETH-USDT","side":"sell","size":"3"}"#,
      #"{"do":"set_rule","instId":"SOL-USDT","state":"suspend"}"#,
    ] {
      let answer = try client.request("POST", "/__sim/act", headers: [], body: body)
      #expect(answer.code == "0", "\(body): \(answer.body)")
    }
    server.advance(by: .minutes(9))
    _ = try client.post(
      "/api/v1/trade/close-position", #"{"instId":"BTC-USDT","marginMode":"isolated"}"#)
    return path
  }

  /// How many lines a record has, the one that was cut among them.
  private func lineCount(_ path: String) throws -> Int {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
  }

  @Test func `a recorded run is done again through the same states`() throws {
    let path = try recordedRun()
    defer { unlink(path) }
    let replay = try RunReplay(path: path)
    #expect(replay.difference == nil)
    #expect(replay.steps == (try lineCount(path)) - 1)
    #expect(replay.steps >= 10)
    #expect(!replay.isCut)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `another order or another hash in the record is found at its line`() throws {
    let path = try recordedRun()
    defer { unlink(path) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var lines = text.split(separator: "\n").map(String.init)
    let place = try #require(lines.firstIndex { $0.contains(#""clientOrderId":"resting""#) })
    lines[place] = lines[place].replacingOccurrences(of: #""size":"1""#, with: #""size":"1.1""#)
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    let difference = try #require(try RunReplay(path: path).difference)
    #expect(difference.line == place + 1)
    #expect(difference.step == "trade/order")
  }

  @Test func `a record whose program was killed is done again up to its last whole line`() throws {
    let path = try recordedRun()
    defer { unlink(path) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try String(text.dropLast(9)).write(toFile: path, atomically: true, encoding: .utf8)
    let replay = try RunReplay(path: path)
    #expect(replay.difference == nil)
    // Neither the first line nor the one that was cut is a step.
    #expect(replay.steps == (try lineCount(path)) - 2)
    #expect(replay.isCut)
  }

  @Test func `no record is written over, and nonsense is refused with its line`() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("nonsense-\(UUID().uuidString).jsonl").path
    try "{\"perpdeckRun\":\"7\"}\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { unlink(path) }
    #expect(throws: ServerProblem.record(file: path, line: nil, "File exists")) {
      _ = try RunRecorder.makeFile(path)
    }
    #expect(
      throws: ServerProblem.record(file: path, line: 1, "Parameter perpdeckRun error.")
    ) {
      _ = try RunReplay(path: path)
    }
  }
}
