resource "a" "b" {
x = 1
      y {
z = [
1,
      2, [
3
]]
}
w = f({
a = 1
}, [
2
])
}
