import Testing
import Trading

@testable import BloFin

@Suite struct `Refusal table` {
  @Test func `has every code of the reference once`() {
    var expected: Set<Int> = [
      1, 2, 400, 401, 404, 405, 406, 429, 500, 542, 1000, 80001, 80006, 102002, 102005, 102014,
      102015, 102016, 102022, 102037, 102038, 102039, 102040, 102047, 102048, 102049, 102050,
      102051, 102052, 102053, 102054, 102055, 102064, 102065, 102067, 102068, 102089, 102127,
      102148, 103003, 103013, 110006, 110019, 148082, 148083, 150003, 150004, 152001, 152002,
      152003, 152004, 152005, 152006, 152007, 152008, 152009, 152011, 152012, 152013, 152014,
      152015, 152401, 152402, 152404, 152405, 152406, 152407, 152408, 152409, 152410, 152420,
      152421, 152422, 152423, 152428, 152429,
    ]
    expected.formUnion(152020...152032)
    #expect(Refusals.table.count == expected.count)
    #expect(Set(Refusals.table.map(\.code)) == expected)
  }

  @Test(arguments: Refusals.table)
  func `gives each code its advice and words`(row: Refusals.Row) {
    let refusal = Refusals.refusal(code: String(row.code), message: nil)
    #expect(refusal.code == String(row.code))
    #expect(refusal.advice == row.advice)
    #expect(refusal.message.hasPrefix(row.meaning))
  }

  @Test func `advises by what the code proves`() {
    func codes(_ advice: Refusal.Advice) -> [Int] {
      Refusals.table.filter { $0.advice == advice }.map(\.code).sorted()
    }
    #expect(
      codes(.stopTrading) == [
        401, 80006, 152011, 152012, 152013, 152401, 152402, 152404, 152406, 152408, 152409,
      ])
    #expect(codes(.waitAndRetry) == [429, 500, 103013, 152405])
    #expect(
      codes(.queryState) == [
        2, 1000, 102002, 102005, 102022, 102067, 102068, 102089, 102148, 150003, 152407, 152421,
      ])
  }

  @Test func `takes an unknown code for a request that must be changed`() {
    #expect(
      Refusals.refusal(code: "999999", message: "Something new.")
        == Refusal(code: "999999", message: "Something new.", advice: .fixRequest))
    #expect(Refusals.refusal(code: "", message: nil).message == "no reason given")
  }

  @Test func `adds what the exchange's words leave out`() {
    #expect(
      Refusals.refusal(code: "152401", message: "Access key does not exist").message
        == "Access key does not exist (is it a key of the other environment?)")
  }
}
