import Testing
import Trading

@Test func `who asked is said in one way to people and in another to programs`() {
  let sources: [CommandSource] = [
    .keyboard, .control, .strategy("zones"), .web, .agent("a"), .engine,
  ]
  #expect(
    sources.map(\.words) == [
      "the keyboard", "a second terminal or Telegram", "strategy zones", "the browser", "agent a",
      "the program",
    ])
  #expect(
    sources.map(\.code) == [
      "keyboard", "control", "strategy:zones", "web", "agent:a", "engine",
    ])
}
