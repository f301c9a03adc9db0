/// Makes a failing day smaller while it still fails, so that what is left is what matters.
enum DayShrinker {
  /// Returns a part of the steps that still fails and of which no tried piece can be left out.
  ///
  /// Pieces are left out from half of the day down to single steps; at most `budget` runs.
  static func shrunk<Step>(_ steps: [Step], budget: Int, fails: ([Step]) -> Bool) -> [Step] {
    var present = steps
    var size = max(1, steps.count / 2)
    var left = budget
    while true {
      var start = 0
      var didShrink = false
      while start < present.count, left > 0 {
        var candidate = present
        candidate.removeSubrange(start..<min(start + size, present.count))
        left -= 1
        if fails(candidate) {
          present = candidate
          didShrink = true
        } else {
          start += size
        }
      }
      if left == 0 || (size == 1 && !didShrink) { return present }
      size = max(1, size / 2)
    }
  }
}
