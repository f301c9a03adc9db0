import Foundation
import Testing
import Units

@testable import ExchangeServer

/// Fault plans: what they hold, when it comes, and that a seed repeats it.
@Suite struct FaultScriptTests {
  private func server(_ plan: String, seed: UInt64 = 7) throws -> TestServer {
    let script = try FaultScript(Array(plan.utf8), named: "plan.jsonl")
    return try TestServer {
      $0.faultScript = script
      $0.hasFaultDoor = true
      $0.seed = seed
    }
  }

  private let open =
    #""do":"external_fill","instId":"BTC-USDT","side":"buy","size":"1""#

  private func contracts(_ server: TestServer) throws -> String? {
    try server.client.read("/api/v1/account/positions").rows.first?["positions"] as? String
  }

  @Test func `rules hold from the start, acts come in their time`() throws {
    let server = try server(
      """
      # The first order is refused, and someone trades by hand.
      {"match":"POST trade/order","do":"reject","code":"103003"}

      {"at":1000,\(open)}
      """)
    let refused = try server.client.post(
      "/api/v1/trade/order", OrderTests.order("buy", size: "1"))
    #expect(refused.rows[0]["code"] as? String == "103003")
    server.advance(by: .milliseconds(999))
    #expect(try contracts(server) == nil)
    server.advance(by: .milliseconds(1))
    #expect(try contracts(server) == "1")
  }

  @Test func `every repeats an act, and the log of calls shows each`() throws {
    let server = try server(
      #"{"at":500,"every":1000,\#(open)}"# + "\n"
        + #"{"at":700,"do":"liquidate","instId":"ETH-USDT","marginMode":"cross"}"#)
    for _ in 0..<30 { server.advance(by: .milliseconds(100)) }
    #expect(try contracts(server) == "3")
    let calls = try server.client.get("/__sim/calls").rows.filter {
      $0["method"] as? String == "FAULT"
    }
    #expect(
      calls.map { $0["path"] as? String }
        == ["external_fill", "liquidate", "external_fill", "external_fill"])
    #expect(calls.map { $0["code"] as? String } == ["0", "102005", "0", "0"])
  }

  @Test func `chance follows the seed`() throws {
    func statuses(seed: UInt64) throws -> [Int] {
      let server = try server(
        #"{"match":"GET market/mark-price","count":0,"percent":50,"do":"status","status":500}"#,
        seed: seed)
      return try (0..<40).map { _ in try server.client.get("/api/v1/market/mark-price").status }
    }
    let seven = try statuses(seed: 7)
    #expect(Set(seven) == [200, 500])
    #expect(try statuses(seed: 7) == seven)
    #expect(try statuses(seed: 8) != seven)
  }

  @Test func `within spreads an act by the seed`() throws {
    func moment(seed: UInt64) throws -> Int {
      let server = try server(#"{"at":1000,"within":5000,\#(open)}"#, seed: seed)
      for step in 1...600 {
        server.advance(by: .milliseconds(10))
        if try server.client.get("/__sim/calls").rows.contains(where: {
          $0["method"] as? String == "FAULT"
        }) {
          return step
        }
      }
      return 0
    }
    let seven = try moment(seed: 7)
    #expect((100...600).contains(seven))
    #expect(try moment(seed: 7) == seven)
  }

  @Test(arguments: [
    (#"{"do":"explode"}"#, "Parameter do error."),
    (#"{"match":"* *","do":"liquidate"}"#, "Parameter do error."),
    (#"{"do":"logout","every":5}"#, "Parameter every error."),
    (#"{"do":"logout","at":"soon"}"#, "Parameter at error."),
    ("[]", "JSON syntax error, the parameter should be an array or an object"),
    ("{", "JSON syntax error, the parameter should be an array or an object"),
  ])
  func `a line that makes no sense is named`(_ line: String, _ reason: String) {
    #expect(throws: ServerProblem.faultPlan(file: "plan.jsonl", line: 3, reason)) {
      _ = try FaultScript(Array("# a plan\n\n\(line)\n".utf8), named: "plan.jsonl")
    }
  }

  @Test func `a plan is read from a file; one that is missing is told`() throws {
    let path = NSTemporaryDirectory() + "plan-\(UUID().uuidString).jsonl"
    try #"{"do":"logout","at":5}"#.write(toFile: path, atomically: true, encoding: .utf8)
    defer { unlink(path) }
    #expect(try FaultScript(path: path).lines.map(\.delay) == [.milliseconds(5)])
    let problem = ServerProblem.faultPlan(
      file: "none.jsonl", line: nil, "No such file or directory")
    #expect(throws: problem) { _ = try FaultScript(path: "/nowhere/none.jsonl") }
    #expect(
      problem.description == "The fault plan none.jsonl cannot be used: No such file or directory")
    #expect(
      ServerProblem.faultPlan(file: "a", line: 3, "Parameter do error.").description
        == "The fault plan a:3 cannot be used: Parameter do error.")
  }

  @Test func `the guide names every verb`() {
    for verb in FaultAct.Verb.allCases { #expect(FaultScript.guide.contains(verb.rawValue)) }
    for verb in CallFault.Verb.allCases { #expect(FaultScript.guide.contains(verb.rawValue)) }
    for verb in PushFault.Verb.allCases { #expect(FaultScript.guide.contains(verb.rawValue)) }
  }
}
