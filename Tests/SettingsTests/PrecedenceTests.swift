import Testing
import Trading
import Units

@testable import Settings

private func variable(_ path: String, _ text: String) -> SettingOverride {
  SettingOverride(path: path, text: text, place: .variable("PERPDECK_X"))
}

private func option(_ path: String, _ text: String) -> SettingOverride {
  SettingOverride(path: path, text: text, place: .option("--set \(path)=\(text)"))
}

@Test func `the command line is above the environment, which is above the file`() throws {
  let file = ["risk": "leverageMaximum: 3x\nriskPerTrade: 0.3 %\npriceCollar: 3 %\n"]
  let settings = try load(
    file,
    overrides: [
      variable("risk.leverageMaximum", "7x"), variable("risk.riskPerTrade", "0.7 %"),
      option("risk.leverageMaximum", "9x"),
    ])
  #expect(settings.risk.leverageMaximum == 9)
  #expect(settings.risk.riskPerTrade == "0.007")
  #expect(settings.risk.priceCollar == "0.03")
  #expect(settings.risk.drawdownMaximum == "0.1")
}

@Test func `an override reaches into a group`() throws {
  let settings = try load([:], overrides: [option("risk.tradingHours.sun", "off")])
  #expect(settings.risk.tradingHours[.sunday] == nil)
}

@Test func `a wrong override is named by where it was given`() {
  #expect(
    complaints(
      [:],
      overrides: [
        variable("risk.leverageMaximum", "500x"), option("risk.leverageMaximun", "5x"),
        option("display.mouse", "maybe"),
      ]) == """
        variable PERPDECK_X: leverageMaximum: 500x is above 150x; expected a leverage from 1x to \
        150x, such as 10x
        option --set display.mouse=maybe: mouse: "maybe" is not one of true, false
        option --set risk.leverageMaximun=5x: unknown key "risk.leverageMaximun"; did you mean \
        risk.leverageMaximum?
        """)
}

@Test func `an override does not hide a mistake in the file`() {
  #expect(
    complaints(
      ["risk": "leverageMaximum: much\n"], overrides: [option("risk.leverageMaximum", "5x")]) == """
        risk.yaml:1:18: leverageMaximum: "much" is not understood; expected a leverage from 1x to \
        150x, such as 10x
        """)
}

@Test func `a contradiction that an override makes is named by the override`() {
  #expect(
    complaints(
      [:],
      overrides: [
        option("risk.riskPerTrade", "1.5 %"), option("risk.riskPerTradeMaximum", "1.2 %"),
      ]) == """
        option --set risk.riskPerTrade=1.5 %: riskPerTrade (1.5 %) is above riskPerTradeMaximum \
        (1.2 %)
        """)
}

@Test(arguments: [
  ("PERPDECK_RISK_LEVERAGE_MAXIMUM", "risk.leverageMaximum"),
  ("PERPDECK_RISK_STOP_OUTS_IN_A_ROW_MAXIMUM", "risk.stopOutsInARowMaximum"),
  ("PERPDECK_DISPLAY_MOUSE", "display.mouse"),
  ("PERPDECK_ACCOUNTS_SELECTED", "accounts.selected"),
])
func `a variable names a setting`(name: String, path: String) {
  #expect(Variables.path(ofVariable: name) == path)
}
