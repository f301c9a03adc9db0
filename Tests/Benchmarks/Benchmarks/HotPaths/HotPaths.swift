import Benchmark
import Units

/// Each measured iteration repeats its work a thousand times, so that the clock does not show.
var repeated: Benchmark.Configuration {
  Benchmark.Configuration(
    metrics: [.wallClock], timeUnits: .nanoseconds, warmupIterations: 10, scalingFactor: .kilo,
    maxDuration: .seconds(3), maxIterations: 3_000)
}

let benchmarks: @Sendable () -> Void = {
  numberBenchmarks()
  wireBenchmarks()
  alertBenchmarks()
  decisionBenchmarks()
}

/// Numbers: parse, multiply, divide.
func numberBenchmarks() {
  Benchmark("number: parse 94321.5", configuration: repeated) { benchmark in
    let text: StaticString = "94321.5"
    let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    for _ in benchmark.scaledIterations { blackHole(Fixed.parsing(bytes)) }
  }
  Benchmark("number: multiply", configuration: repeated) { benchmark in
    let price: Fixed = "94321.5"
    let amount: Fixed = "0.0123"
    for _ in benchmark.scaledIterations {
      blackHole(blackHoled(price).multiplied(by: amount, .towardZero))
    }
  }
  Benchmark("number: divide", configuration: repeated) { benchmark in
    let price: Fixed = "94321.5"
    let amount: Fixed = "10.7"
    for _ in benchmark.scaledIterations {
      blackHole(blackHoled(price).divided(by: amount, .towardZero))
    }
  }
}

/// Hides a value from the optimizer.
@inline(never)
func blackHoled<Value>(_ value: Value) -> Value { value }
