// The workloads of work.c in Go: the same work, written as Go programmers write it. Needs nothing
// but the standard library of Go 1.19.
//
//	usage: work NAME [N]     prints: NAME N cpu_ns_per_op wall_ns_per_op
package main

import (
	"fmt"
	"math/rand"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// Goroutines that do nothing, 100 at a time.
func spawn(n int) {
	finished := 0
	nothing := func(finished *int) { *finished++ }
	for i := 0; i < n; i += 100 {
		for j := 0; j < 100; j++ {
			go nothing(&finished)
		}
		for finished < i+100 {
			runtime.Gosched()
		}
	}
}

// Ten goroutines take turns.
func yield(n int) {
	var wg sync.WaitGroup
	wg.Add(10)
	for i := 0; i < 10; i++ {
		go func() {
			for j := 0; j < n/10; j++ {
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

// A value goes there and back again over two unbuffered channels.
func pingpong(n int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	for i := 0; i < n; i++ {
		ping <- i
		<-pong
	}
	close(ping)
}

func produce(c chan int, n int, wg *sync.WaitGroup) {
	for i := 0; i < n; i++ {
		c <- i
	}
	if wg != nil {
		wg.Done()
	}
}

func stream(n, capacity int) {
	c := make(chan int, capacity)
	go produce(c, n, nil)
	for i := 0; i < n; i++ {
		<-c
	}
}

func oneway(n int)   { stream(n, 0) }
func buffered(n int) { stream(n, 128) }

// Four producers and four consumers at one unbuffered channel.
func many(n int) {
	var wg sync.WaitGroup
	c := make(chan int)
	wg.Add(8)
	for i := 0; i < 4; i++ {
		go produce(c, n/4, &wg)
		go func() {
			for j := 0; j < n/4; j++ {
				<-c
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

// One consumer selects over four unbuffered channels with a producer each.
func selectFour(n int) {
	a, b, c, d := make(chan int), make(chan int), make(chan int), make(chan int)
	for _, each := range []chan int{a, b, c, d} {
		go produce(each, n/4, nil)
	}
	sum := 0
	for i := 0; i < n/4*4; i++ {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		case v := <-c:
			sum += v
		case v := <-d:
			sum += v
		}
	}
}

func mutexOnly(n int) {
	var m sync.Mutex
	count := 0
	for i := 0; i < n; i++ {
		m.Lock()
		count++
		m.Unlock()
	}
}

// n goroutines at once, each sends a value to the one who adds them up.
func fanout(n int) {
	c := make(chan int)
	for i := 0; i < n; i++ {
		go func(i int) { c <- i }(i)
	}
	sum := 0
	for i := 0; i < n; i++ {
		sum += <-c
	}
}

// The first n primes by a chain of n goroutines; an operation is one prime.
func sieve(n int) {
	generate := func(ch chan<- int) {
		for i := 2; ; i++ {
			ch <- i
		}
	}
	filter := func(in <-chan int, out chan<- int, prime int) {
		for {
			i := <-in
			if i%prime != 0 {
				out <- i
			}
		}
	}
	ch := make(chan int)
	go generate(ch)
	for i := 0; i < n; i++ {
		prime := <-ch
		ch1 := make(chan int)
		go filter(ch, ch1, prime)
		ch = ch1
	}
}

// n goroutines sleep, each for another while.
func timers(n int) {
	var wg sync.WaitGroup
	wg.Add(n)
	rand.Seed(1)
	for i := 0; i < n; i++ {
		go func(d time.Duration) {
			time.Sleep(d)
			wg.Done()
		}(time.Duration(100+rand.Intn(100)) * time.Millisecond)
	}
	wg.Wait()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func echoServe(conn net.Conn) {
	buffer := make([]byte, 64)
	for {
		count, err := conn.Read(buffer)
		if err != nil {
			break
		}
		if _, err = conn.Write(buffer[:count]); err != nil {
			break
		}
	}
	conn.Close()
}

func echoClient(address string, n int, wg *sync.WaitGroup) {
	conn, err := net.Dial("tcp", address)
	check(err)
	buffer := make([]byte, 64)
	for i := 0; i < n; i++ {
		_, err = conn.Write(buffer)
		check(err)
		for got := 0; got < len(buffer); {
			count, err := conn.Read(buffer[got:])
			check(err)
			got += count
		}
	}
	conn.Close()
	wg.Done()
}

// 64 bytes there and back again over eight loopback connections; an operation is one round trip.
func echo(n int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go echoServe(conn)
		}
	}()
	var wg sync.WaitGroup
	wg.Add(8)
	for i := 0; i < 8; i++ {
		go echoClient(listener.Addr().String(), n/8, &wg)
	}
	wg.Wait()
}

const side = 48

type matrix [side][side]float64

func multiply(a, b, product *matrix) {
	for i := 0; i < side; i++ {
		for j := 0; j < side; j++ {
			sum := 0.0
			for k := 0; k < side; k++ {
				sum += a[i][k] * b[k][j]
			}
			product[i][j] = sum
		}
	}
}

func matrixStage(in <-chan *matrix, out chan<- *matrix, by *matrix) {
	for a := range in {
		product := new(matrix)
		multiply(a, by, product)
		out <- product
	}
	close(out)
}

// Matrices pass four stages, each multiplies by its own.
func matrices(n int) {
	first := make(chan *matrix)
	last := first
	for s := 0; s < 4; s++ {
		by := new(matrix)
		for i := range by {
			by[i][(i+s+1)%side] = 1
		}
		next := make(chan *matrix)
		go matrixStage(last, next, by)
		last = next
	}
	go func() {
		for i := 0; i < n; i++ {
			a := new(matrix)
			a[0][0] = float64(i)
			first <- a
		}
		close(first)
	}()
	sum := 0.0
	for a := range last {
		sum += a[0][10]
	}
	if sum != float64(n)*float64(n-1)/2 {
		panic("wrong product")
	}
}

// n numbers are tested by division, 100 at a time, by as many goroutines as there are jobs.
func primes(n int) {
	counts := make(chan int, 16)
	jobs := 0
	for from := 0; from < n; from += 100 {
		jobs++
		go func(from int) {
			count := 0
			for i := 1000000 + from; i < 1000000+from+100; i++ {
				d := 2
				for d*d <= i && i%d != 0 {
					d++
				}
				if d*d > i {
					count++
				}
			}
			counts <- count
		}(from)
	}
	for ; jobs > 0; jobs-- {
		<-counts
	}
}

func statusKilobytes(key string) int {
	text, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, key+":") {
			value, err := strconv.Atoi(strings.Fields(line)[1])
			check(err)
			return value
		}
	}
	return 0
}

// The memory of n goroutines that wait in receive: bytes each, resident and page tables.
func idle(n int) {
	memory := func() int { return statusKilobytes("VmRSS") + statusKilobytes("VmPTE") }
	before := memory()
	never, here := make(chan int), make(chan int)
	for i := 0; i < n; i++ {
		go func() {
			here <- 1
			<-never
		}()
		if i%1000 == 999 {
			for j := 0; j < 1000; j++ {
				<-here
			}
		}
	}
	runtime.Gosched()
	fmt.Printf("idle %d %.0f 0\n", n, float64(memory()-before)*1024/float64(n))
}

var works = []struct {
	name string
	n    int
	run  func(n int)
}{
	{"spawn", 500000, spawn},
	{"yield", 2000000, yield},
	{"pingpong", 500000, pingpong},
	{"oneway", 1000000, oneway},
	{"buffered", 5000000, buffered},
	{"many", 1000000, many},
	{"select", 500000, selectFour},
	{"mutex", 20000000, mutexOnly},
	{"fanout", 100000, fanout},
	{"sieve", 1000, sieve},
	{"timers", 100000, timers},
	{"echo", 16000, echo},
	{"matrices", 1000, matrices},
	{"primes", 300000, primes},
	{"idle", 1000000, idle},
}

// Of the process, all threads.
func cpuNow() int64 {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 2, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

func main() {
	for _, w := range works {
		if len(os.Args) < 2 || w.name != os.Args[1] {
			continue
		}
		n := w.n
		if len(os.Args) > 2 {
			var err error
			n, err = strconv.Atoi(os.Args[2])
			check(err)
		}
		cpu, wall := cpuNow(), time.Now()
		w.run(n)
		used, took := cpuNow()-cpu, time.Since(wall)
		if w.name != "idle" {
			fmt.Printf("%s %d %.1f %.1f\n", w.name, n, float64(used)/float64(n), float64(took)/float64(n))
		}
		return
	}
	fmt.Fprintln(os.Stderr, "usage: work NAME [N]")
	os.Exit(2)
}
