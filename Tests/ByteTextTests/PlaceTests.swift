import ByteText
import Testing

struct PlaceTests {
  @Test func keepsWhatIsPutThere() {
    let place = Place(1)
    place.value += 1
    #expect(place.value == 2)
    place.value = 7
    #expect(place.value == 7)
  }

  @Test func holdsWhatCannotBeCopied() {
    let place = Place(ByteBuffer())
    place.value.append("abc")
    place.value.append(byte: 0x64)
    #expect(place.value.view.equals("abcd"))
  }

  @Test func freesItsValue() {
    final class Thing {}
    weak var thing: Thing?
    do {
      let value = Thing()
      thing = value
      let place = Place(value)
      #expect(place.value === thing)
    }
    #expect(thing == nil)
  }

  #if DEBUG
    @Test func whoReadsWhatIsBeingChangedIsStopped() async {
      await #expect(processExitsWith: .failure) {
        func change(_ number: inout Int, by place: borrowing Place<Int>) { number += place.value }
        let place = Place(1)
        change(&place.value, by: place)
      }
    }

    @Test func whoChangesWhatIsBeingChangedIsStopped() async {
      await #expect(processExitsWith: .failure) {
        func change(_ number: inout Int, in place: borrowing Place<Int>) { place.value = number }
        let place = Place(1)
        change(&place.value, in: place)
      }
    }
  #endif
}
