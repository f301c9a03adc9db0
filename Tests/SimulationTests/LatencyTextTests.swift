import Testing
import Units

@testable import Simulation

@Suite struct LatencyTextTests {
  @Test(arguments: [
    ("0", "0 ms"), ("80", "80 ms"), ("40..120", "40 to 120 ms"), ("7..7", "7 to 7 ms"),
    ("3600000", "3600000 ms"),
  ])
  func `a number is fixed and a range is even between its ends`(text: String, words: String) throws
  {
    let model = try LatencyModel(text: text, seed: 1)
    #expect(["\(model.outward)", "\(model.inward)"] == [words, words])
  }

  @Test func `every draw of a range is inside it and reaches both ends`() throws {
    var model = try LatencyModel(text: "3..6", seed: 11)
    let drawn = Set((0..<1_000).map { _ in model.drawOutward().milliseconds })
    #expect(drawn == [3, 4, 5, 6])
  }

  @Test func `a record is drawn from, comments and blank lines count for nothing`() throws {
    let text = "# a week of round trips, halved\n12\n\n 45 \r\n310\n"
    let spans = try LatencyModel.recorded(Array(text.utf8), named: "ways.txt")
    #expect(spans.map(\.milliseconds) == [12, 45, 310])
    var model = LatencyModel(outward: .recorded(spans), inward: .fixed(.zero), seed: 3)
    #expect("\(model.outward)" == "3 recorded delays of 12 to 310 ms")
    #expect(Set((0..<300).map { _ in model.drawOutward().milliseconds }) == [12, 45, 310])
  }

  @Test(arguments: [
    ("-1", "allowed is a number"), ("120..40", "allowed is a number"),
    ("3600001", "allowed is a number"), ("", "allowed is a number"),
    ("/nowhere/ways.txt", "ways.txt"), ("1.5", "allowed is a number"),
  ])
  func `what makes no sense is refused with what is allowed`(text: String, words: String) {
    let problem = #expect(throws: LatencyProblem.self) { try LatencyModel(text: text, seed: 1) }
    #expect(problem?.description.contains(words) == true)
  }

  @Test func `a wrong line of a record is named`() {
    let problem = #expect(throws: LatencyProblem.self) {
      try LatencyModel.recorded(Array("5\n6 ms\n".utf8), named: "ways.txt")
    }
    #expect(
      problem?.description
        == "ways.txt:2: 6 ms is no whole number of milliseconds from 0 to 3600000")
    let empty = #expect(throws: LatencyProblem.self) {
      try LatencyModel.recorded(Array("# none\n".utf8), named: "ways.txt")
    }
    #expect(empty?.description == "ways.txt holds no delay: one a line, in milliseconds")
  }
}
